// SPDX-License-Identifier: GPL-3.0-or-later
// One small function a stage: takes what the stage needs out of the page, calls it and puts the
// answer back. No threads, no graph; Tools is all they share, and nobody writes to it.
#pragma once

#include "base/bytes.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/result.h"
#include "engines/external.h"
#include "image/image.h"
#include "model/page_facts.h"
#include "model/page_text.h"
#include "pipeline/decisions.h"
#include "pipeline/file_digests.h"
#include "profiles/profile.h"
#include "stages/ocr/ocr.h"
#include "workspace/batch.h"
#include "workspace/journal.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace linka {

struct Tools {
  const Batch& batch;
  const Profile& profile;
  const OcrEngines* ocr = nullptr;              // null when OCR is off
  std::map<std::string, std::string> versions;  // of linka and the libraries
  std::map<std::string, std::string> params;    // the profile's settings that decide a page
  std::string fingerprint;                      // of all that decides a page but the scan
  std::string image_settings, text_settings;    // digests of what decides a page's images and text
  Decisions decisions;
  std::set<std::string> read_again;        // text_of(PageId): read once more whatever was stored
  const ExternalEngine* engine = nullptr;  // who reads before `ocr` does; null: nobody
  std::shared_ptr<FileDigests> digests = std::make_shared<FileDigests>();
  // What a scan must have been made with to count as done.
  std::string fingerprint_of(const ScanId& scan) const;
};

// Versions, settings and fingerprint for a profile; loads nothing heavy. Error missing when OCR is
// on and a model is not installed.
Result<Tools> make_tools(const Batch& batch, const Profile& profile, const OcrEngines* ocr);

struct ScanJob {
  ScanId id;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
};

struct LoadedScan {
  ScanId id;
  Image image;
  SourceFacts source;
};

struct Page {
  PageFacts facts;
  Image image;  // the scan until `cut_page`, the finished page after
  BookHint hint;
  PageCorrection correction;
  // The page as it was stored by an earlier run, when its images or its text are to stay.
  std::shared_ptr<const PageFacts> stored;
  bool keep_images = false, keep_text = false;
  std::map<std::string, Bytes> beside;  // file name -> picture of what lay beside the page
};

struct CheckedPage {
  PageMeasures measures;
  std::vector<PageFinding> findings;
};
struct ReadPage {
  PageText text;
  bool is_blank = false;
  double blank_confidence = 0, ink_share = 0;
  bool kept = false;  // as an earlier run stored it
  std::vector<PageFinding> findings;
};
struct MasterFile {
  Bytes jp2;
  MasterCheck check;
};
struct UserFile {
  Bytes jp2;
  Bytes preview;
  double psnr_db = 0;
};

// A scan's file, mapped, and its digests.
struct ScanFile {
  MappedFile file;
  Digests digests;
};
Result<ScanFile> open_scan(const ScanJob& scan, const Tools& tools);
Result<LoadedScan> decode_scan(const ScanJob& scan, const ScanFile& file, const Tools& tools);
Result<std::vector<Page>> split_scan(const LoadedScan& scan, const Tools& tools);
Result<Page> deskew_page(const Page& page, const Tools& tools);
Result<Page> crop_page(const Page& page, const Tools& tools);
Result<Page> dewarp_page(const Page& page, const Tools& tools);
Result<Page> cut_page(const Page& page, const Tools& tools);
Result<CheckedPage> check_page(const Page& page, const Tools& tools);
// The models that the book names where the page itself does not; a person's word leaves no
// question.
const std::string& told_models(const Page& page);
Result<ReadPage> read_page(const Page& page, const Tools& tools);
Result<MasterFile> encode_master(const Page& page, const Tools& tools);
Result<UserFile> encode_user(const Page& page, const Tools& tools);

}  // namespace linka
