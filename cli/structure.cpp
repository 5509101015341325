// SPDX-License-Identifier: GPL-3.0-or-later
// linka structure: what the record says the scans are, before anything is packaged.
#include "base/text.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/record.h"
#include "cli/structure_view.h"
#include "cli/verb.h"
#include "kramerius-export/batch_plan.h"
#include "pipeline/pagination.h"
#include "profiles/profile.h"
#include "title/write_document.h"
#include "workspace/journal.h"
#include "workspace/known_facts.h"

#include <memory>

namespace linka {
namespace fs = std::filesystem;
namespace {

struct Options {
  fs::path place, record, write;
  bool propose = false, json = false;
};

// The pages that would be packaged; a scan that is not made yet stands for one page.
Result<void> pages_of_batch(const Batch& batch, const BatchStatus& status, RecordView& s) {
  const auto replayed = replay(batch.journal());
  if (!replayed) return pass(replayed);
  for (const ScanStatus& scan : status.scans) {
    if (scan.state == ScanState::excluded) continue;
    if (scan.pages.empty() && scan.state == ScanState::missing) continue;
    if (scan.pages.empty()) {
      s.pages.push_back({{scan.id, Side::single}, false});
      ++s.not_made;
    }
    for (const PageOutcome& page : scan.pages) {
      const auto corrected = replayed->page_corrections.find(page.id);
      if (corrected != replayed->page_corrections.end() && !corrected->second.left_out.empty())
        continue;
      bool blank = false;
      if (page.state == PageState::done)
        if (const auto facts = short_facts(batch, page.id)) blank = (*facts)->is_blank;
      s.pages.push_back({page.id, blank});
    }
  }
  return {};
}

Result<void> pages_of_folder(const fs::path& scans, RecordView& s) {
  const auto inventory = take_inventory(scans);
  if (!inventory) return pass(inventory);
  for (const InventoryFile& file : inventory->files)
    if (file.ignored.empty()) s.pages.push_back({{{file.name, 0}, Side::single}, false});
  s.not_made = s.pages.size();
  if (s.pages.empty())
    return fail(ErrorKind::bad_input, "{}: {}", scans.string(), tr("there is no scan here"));
  return {};
}

struct Looked {
  RecordView structure;
  double least_confidence = 1;
};

Result<Looked> look(const Options& o) {
  Looked out;
  RecordView& s = out.structure;
  const Result<Batch> batch = Batch::open(o.place);
  std::error_code code;
  if (!batch && fs::exists(o.place / "batch.json", code)) return pass(batch);
  if (batch) {
    const auto status = status_of(*batch, true);
    if (!status) return pass(status);
    if (auto r = pages_of_batch(*batch, *status, s); !r) return pass(r);
    if (s.not_made < s.pages.size()) {
      // Reading numbers needs no setting that an older profile could lack.
      const auto kept = load_profile(batch->profile().string());
      const Profile profile = kept ? *kept : Profile{};
      auto read = pagination_of(*batch, *status, profile);
      if (!read) return pass(read);
      s.read = std::move(*read);
      out.least_confidence = profile.pagination.least_confidence;
    }
    s.record = o.record.empty() ? batch->record() : o.record;
    if (s.record.empty()) s.record = record_beside(batch->scans());
  } else {
    if (auto r = pages_of_folder(o.place, s); !r) return pass(r);
    s.record = o.record.empty() ? record_beside(o.place) : o.record;
  }
  if (s.record.empty()) {
    if (!o.propose)
      return fail(ErrorKind::bad_input, "{}: {}", o.place.string(),
                  tr("there is no record; give one with --record, or a draft with --propose"));
    s.document.units.emplace_back();
    return out;
  }
  // A batch's own record, with the URN:NBN that were assigned.
  const bool own = batch && s.record == batch->record();
  auto loaded = own ? document_of(*batch) : load_document(s.record);
  if (!loaded) return pass(loaded);
  s.document = std::move(loaded->document);
  s.notes = std::move(loaded->notes);
  return out;
}

ExitCode structure(const Options& o) {
  Result<Looked> looked = guarded<Looked>("structure", [&] { return look(o); });
  if (!looked) return explain_failure(looked.error(), o.json);
  RecordView& s = looked->structure;
  if (o.propose && !s.read)
    return explain_failure({ErrorKind::bad_input,
                            o.place.string() + ": " +
                                tr("nothing was read yet from which a draft could be made; "
                                   "linka run comes first"),
                            {}},
                           o.json);
  plan_structure(s, looked->least_confidence);
  if (o.propose) {
    propose(s);
    plan_structure(s, looked->least_confidence);
  }
  if (!o.write.empty())
    if (const auto written = write_atomically(o.write, document_text(s.document)); !written)
      return explain_failure(written.error(), o.json);
  const ExitCode code = s.in_order() ? ExitCode::done : ExitCode::unusable_input;
  if (o.json) {
    nlohmann::json document = to_json(s);
    document["written"] = o.write.string();
    return print_json(std::move(document), code);
  }
  if (o.propose && o.write.empty()) {
    // A file as it would be written: a line end is one.
    for (const std::string& line : split_text(trimmed(document_text(s.document)), '\n'))
      print(line);
  } else {
    print_structure(s);
  }
  if (!o.write.empty()) print(say(tr("written: {}"), o.write.string()));
  return code;
}

}  // namespace

void declare_structure(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "structure",
      tr("show the volumes or issues, chapters and pages that the record describes\n"
         "Holds the record against the scans: which pages belong to which package, what they "
         "are called, what is missing (exit code 4). Writes the record back in its normal form, "
         "or a draft with what was read on the pages."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->place, tr("the batch's folder, or a folder of scans"))
      ->required();
  takes(verb->add_option("-r,--record", o->record,
                         tr("the record: TOML, CSV or MODS; if not given, the batch's, or the one "
                            "beside the scans")),
        Value::file);
  takes(verb->add_option("--write", o->write,
                         tr("write the record in its normal form to this "
                            "file")),
        Value::file);
  verb->add_flag("--propose", o->propose,
                 tr("fill in labels, kinds of pages and chapters as they were read on the pages"));
  add_json(verb, o->json);
  verb->footer(
      "linka structure scans.batch\n"
      "linka structure scans/ --record issues.csv\n"
      "linka structure scans.batch --propose --write title.toml");
  verb->callback([o, &chosen] { chosen.action = [o] { return structure(*o); }; });
}

}  // namespace linka
