// SPDX-License-Identifier: GPL-3.0-or-later
// linka review: the pages that a person should look at, the worst first.
#include "pipeline/review.h"

#include "base/translate.h"
#include "cli/console.h"
#include "cli/labels.h"
#include "cli/text_quality.h"
#include "cli/verb.h"
#include "pipeline/report.h"
#include "profiles/profile.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace linka {
namespace {

struct Options {
  std::filesystem::path batch;
  std::optional<int> worst;
  bool all = false, ocr = false, json = false;
};
constexpr std::size_t usual_worst = 20;

struct Seen {
  Batch batch;
  Review review;
  double good_from = 0;  // of a page's text
};

Result<Seen> look(const std::filesystem::path& folder) {
  Result<Batch> batch = Batch::open(folder);
  if (!batch) return pass(batch);
  const Result<BatchStatus> status = status_of(*batch, true);
  if (!status) return pass(status);
  const Result<Profile> profile = load_profile(batch->profile().string());
  if (!profile) return pass(profile);
  Result<Review> review =
      guarded<Review>("review", [&] {
        return review_of(*batch, *status, profile->book, profile->pagination,
                         stated_labels(*batch));
      });
  if (!review) return pass(review);
  return Seen{*std::move(batch), *std::move(review), profile->text.good_from};
}

bool is_to_look(const ReviewedPage& page) {
  return !page.accepted && page.findings.front().urgency != Urgency::note;
}

nlohmann::json json_of(const Seen& seen, const std::vector<const ReviewedPage*>& shown) {
  const Review& review = seen.review;
  nlohmann::json pages = nlohmann::json::array();
  for (const ReviewedPage* page : shown)
    pages.push_back({{"page", text_of(page->id)},
                     {"scan", page->id.scan.name},
                     {"folder", seen.batch.page(page->id).string()},
                     {"score", page->score},
                     {"held", page->held},
                     {"accepted", page->accepted},
                     {"findings", to_json(page->findings)}});
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [id, reason] : review.left_out) out[text_of(id)] = reason;
  return {{"batch", seen.batch.folder().string()},
          {"pages_seen", review.pages_seen},
          {"to_look", review.to_look},
          {"held", review.held},
          {"left_out", out},
          {"unreadable", review.unreadable},
          {"pages", pages}};
}

void print_pages(const Seen& seen, const std::vector<const ReviewedPage*>& shown) {
  for (const ReviewedPage* page : shown) {
    print(text_of(page->id) + (page->held       ? std::string("  ") + tr("HELD")
                               : page->accepted ? std::string("  ") + tr("accepted")
                                                : std::string{}));
    for (const PageFinding& finding : page->findings) print("    " + in_words(finding));
  }
  const Review& review = seen.review;
  for (const auto& [id, reason] : review.left_out)
    print(say(tr("{}: left out ({})"), text_of(id), reason));
  for (const std::string& message : review.unreadable) print(message);
  print(say(trn("{} page seen, {} to look at, {} held", "{} pages seen, {} to look at, {} held",
                review.pages_seen),
            review.pages_seen, review.to_look, review.held));
  if (!shown.empty()) print(say(tr("the pictures: {}"), seen.batch.report_html().string()));
}

// ---- how well the text was read ----------------------------------------------------------------

struct BadlyRead {
  const PageFacts* facts = nullptr;
  double quality = 0;
};

// Worst first; pages of the same quality in reading order.
std::vector<BadlyRead> badly_read(const Seen& seen) {
  std::vector<BadlyRead> pages;
  for (const auto& [id, facts] : seen.review.facts)
    if (const auto quality = text_quality(facts); quality && *quality < seen.good_from)
      pages.push_back({&facts, *quality});
  std::sort(pages.begin(), pages.end(), [](const BadlyRead& a, const BadlyRead& b) {
    return a.quality != b.quality ? a.quality < b.quality : reading_order(a.facts->id, b.facts->id);
  });
  return pages;
}

nlohmann::json json_of(const Seen& seen, const std::vector<BadlyRead>& pages, std::size_t shown) {
  nlohmann::json list = nlohmann::json::array();
  for (std::size_t i = 0; i < shown; ++i) {
    const PageFacts& facts = *pages[i].facts;
    list.push_back({{"page", text_of(facts.id)},
                    {"scan", facts.id.scan.name},
                    {"folder", seen.batch.page(facts.id).string()},
                    {"quality", pages[i].quality},
                    {"words", facts.words},
                    {"engine", facts.ocr_engine},
                    {"models", facts.ocr_models},
                    {"read_at", facts.read_at}});
  }
  return {{"batch", seen.batch.folder().string()}, {"pages_seen", seen.review.pages_seen},
          {"good_from", seen.good_from},           {"badly_read", pages.size()},
          {"unreadable", seen.review.unreadable},  {"pages", list}};
}

ExitCode say_badly_read(const Options& options, const Seen& seen) {
  const std::vector<BadlyRead> pages = badly_read(seen);
  const std::size_t most = options.worst ? static_cast<std::size_t>(*options.worst) : pages.size();
  const std::size_t shown = options.all ? pages.size() : std::min(most, pages.size());
  const ExitCode code = seen.review.pages_seen == 0       ? ExitCode::nothing_checked
                        : !seen.review.unreadable.empty() ? ExitCode::parked
                                                          : ExitCode::done;
  if (options.json) return print_json(json_of(seen, pages, shown), code);
  for (std::size_t i = 0; i < shown; ++i) {
    const PageFacts& facts = *pages[i].facts;
    print(say(trn("{}: about {} of 100 words right, {} word, read with {}",
                  "{}: about {} of 100 words right, {} words, read with {}", facts.words),
              text_of(facts.id), static_cast<int>(pages[i].quality * 100), facts.words,
              facts.ocr_models.empty() ? facts.ocr_engine : facts.ocr_models));
  }
  for (const std::string& message : seen.review.unreadable) print(message);
  print(say(
      trn("{} page seen, {} with fewer than {:.0f} of 100 words right",
          "{} pages seen, {} with fewer than {:.0f} of 100 words right", seen.review.pages_seen),
      seen.review.pages_seen, pages.size(), seen.good_from * 100));
  if (!pages.empty())
    print(say(tr("to read them again: linka retry {} --ocr-below {}"), seen.batch.folder().string(),
              seen.good_from));
  return code;
}

// ---- the findings ------------------------------------------------------------------------------

ExitCode say_review(const Options& options) {
  const Result<Seen> seen = look(options.batch);
  if (!seen) return explain_failure(seen.error(), options.json);
  if (options.ocr) return say_badly_read(options, *seen);
  const std::size_t most = options.worst ? static_cast<std::size_t>(*options.worst) : usual_worst;
  std::vector<const ReviewedPage*> shown;
  for (const ReviewedPage& page : seen->review.pages)
    if (options.all || (is_to_look(page) && shown.size() < most)) shown.push_back(&page);
  const ExitCode code = seen->review.pages_seen == 0 ? ExitCode::nothing_checked
                        : seen->review.held > 0 || !seen->review.unreadable.empty()
                            ? ExitCode::parked
                            : ExitCode::done;
  if (options.json) return print_json(json_of(*seen, shown), code);
  print_pages(*seen, shown);
  if (!options.all && seen->review.to_look > shown.size())
    print(say(tr("{} more: --worst N or --all"), seen->review.to_look - shown.size()));
  return code;
}

}  // namespace

void declare_review(CLI::App& app, Chosen& chosen) {
  CLI::App* verb = app.add_subcommand(
      "review",
      tr("list the pages that a person should look at, the worst first\n"
         "What the checks found on each page and what only the rest of the book shows, over all "
         "measures. Held pages go into no package before somebody has looked (exit code 1): linka "
         "correct mends a page or accepts it as it is."));
  const auto o = std::make_shared<Options>();
  verb->add_option(tr("BATCH"), o->batch, tr("the batch's folder"))->required();
  verb->add_flag("--ocr", o->ocr,
                 tr("instead: the pages whose text is worth another reading, by the profile's "
                    "text.good_from, the worst first"));
  takes(
      verb->add_option("--worst", o->worst, tr("how many at most; 20 if not given, with --ocr all"))
          ->check(whole_number(1, 1000000)),
      Value::number);
  verb->add_flag("--all", o->all, tr("every page with a remark, accepted ones and notes too"));
  add_json(verb, o->json);
  verb->footer(
      "linka review scans.batch\n"
      "linka review scans.batch --ocr\n"
      "linka review scans.batch --worst 4 --json");
  verb->callback([o, &chosen] { chosen.action = [o] { return say_review(*o); }; });
}

}  // namespace linka
