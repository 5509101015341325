// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/fetched_record.h"

#include "base/clock.h"
#include "base/files.h"
#include "base/translate.h"
#include "cli/console.h"
#include "cli/record.h"

namespace linka {
namespace fs = std::filesystem;
namespace {

bool was_answered(const CatalogueQuestion& question, const Batch& batch) {
  const Result<std::string> text = read_text(batch.record_source());
  if (!text || batch.record().empty()) return false;
  const nlohmann::json kept = nlohmann::json::parse(*text, nullptr, false);
  return kept.is_object() && kept.value("catalogue", "") == question.from &&
         kept.value("by", "") == question.by && kept.value("value", "") == question.value;
}

}  // namespace

FetchedRecord FetchedRecord::of(const CatalogueQuestion& question, const Result<Batch>& there,
                                bool json, ExitCode& code) {
  FetchedRecord out;
  code = ExitCode::done;
  if (there && was_answered(question, *there)) {
    out.record_ = there->record();
    return out;
  }
  const auto failed = [&](const Error& error) {
    code = explain_failure(error, json);
    return out;
  };
  const Result<CatalogueAnswer> answer = ask_catalogue(question);
  if (!answer) return failed(answer.error());
  code = say_choice(question, *answer, json);
  if (code != ExitCode::done) return out;
  const Result<std::size_t> picked = picked_hit(question, *answer);
  if (!picked) return failed(picked.error());
  const Result<Fetched> fetched = fetch_hit(question, *answer, *picked);
  if (!fetched) return failed(fetched.error());
  auto folder = ScratchFolder::temporary("linka-record");
  if (!folder) return failed(folder.error());
  const fs::path record = folder->path() / "record.xml";
  if (const auto written = write_atomically(record, std::string_view(fetched->mods)); !written)
    return failed(written.error());
  for (const std::string& note : fetched->notes) remark(say(tr("record: {}"), note));
  remark(say(tr("the record is {}"), fmt::format("{}:{} {}", question.from, question.value,
                                                 display_title(fetched->record))));
  out.record_ = record;
  out.marc_ = fetched->marcxml;
  out.source_ = nlohmann::json{{"catalogue", question.from},
                               {"by", question.by},
                               {"value", question.value},
                               {"id", answer->found.hits[*picked].id},
                               {"fetched_at", iso8601(now())}}
                    .dump(2) +
                "\n";
  out.folder_ = std::make_shared<ScratchFolder>(*std::move(folder));
  return out;
}

Result<void> FetchedRecord::keep_in(Batch& batch) const {
  if (source_.empty()) return {};
  if (auto kept = keep_record(batch, record_); !kept) return kept;
  if (auto kept = write_atomically(batch.record_marc(), std::string_view(marc_)); !kept)
    return kept;
  return write_atomically(batch.record_source(), std::string_view(source_));
}

}  // namespace linka
