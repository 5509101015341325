// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/iso2709.h"

#include "base/text.h"
#include "catalogue/letters.h"

#include <algorithm>
#include <optional>

namespace linka {
namespace {

constexpr char field_end = '\x1e', subfield_begin = '\x1f', record_end = '\x1d';
constexpr std::size_t leader_size = 24, entry_size = 12;

std::optional<std::size_t> number(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::size_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::size_t>(c - '0');
  }
  return value;
}

struct Entry {
  std::string tag;
  std::string_view bytes;  // without the end mark
};

// The fields as the directory counts them; nothing when it does not fit the bytes.
std::optional<std::vector<Entry>> counted(std::string_view directory, std::string_view data) {
  std::vector<Entry> out;
  for (std::size_t at = 0; at + entry_size <= directory.size(); at += entry_size) {
    const auto length = number(directory.substr(at + 3, 4));
    const auto start = number(directory.substr(at + 7, 5));
    if (!length || !start || *length == 0 || *start + *length > data.size() ||
        data[*start + *length - 1] != field_end)
      return std::nullopt;
    const std::string_view bytes = data.substr(*start, *length - 1);
    if (bytes.find(field_end) != std::string_view::npos) return std::nullopt;
    out.push_back({std::string(directory.substr(at, 3)), bytes});
  }
  return out;
}

// The fields one after the other, as their end marks part them.
std::optional<std::vector<Entry>> parted(std::string_view directory, std::string_view data) {
  std::vector<Entry> out;
  for (std::size_t at = 0; at + entry_size <= directory.size(); at += entry_size) {
    const std::size_t end = data.find(field_end);
    if (end == std::string_view::npos) return std::nullopt;
    out.push_back({std::string(directory.substr(at, 3)), data.substr(0, end)});
    data.remove_prefix(end + 1);
  }
  return out;
}

bool is_control(const std::string& tag) {
  return tag.starts_with("00");
}

Result<MarcField> field_from(const Entry& entry, const std::string& charset) {
  MarcField field;
  field.tag = entry.tag;
  std::string_view rest = entry.bytes;
  std::size_t begin = rest.find(subfield_begin);
  if (begin == std::string_view::npos) begin = rest.size();
  if (begin >= 1) field.ind1 = rest[0];
  if (begin >= 2) field.ind2 = rest[1];
  for (char* indicator : {&field.ind1, &field.ind2})
    if (*indicator < ' ' || *indicator > '~') *indicator = ' ';
  rest.remove_prefix(begin);
  while (rest.size() >= 2) {
    const std::size_t end = std::min(rest.find(subfield_begin, 1), rest.size());
    auto text = text_from(charset, rest.substr(2, end - 2));
    if (!text) {
      Error e = text.error();
      e.message = entry.tag + " $" + std::string(1, rest[1]) + ": " + e.message;
      return tl::unexpected(std::move(e));
    }
    const char code = rest[1] > ' ' && rest[1] <= '~' ? rest[1] : ' ';
    field.subfields.push_back({code, *std::move(text)});
    rest.remove_prefix(end);
  }
  return field;
}

}  // namespace

Result<MarcRecord> marc_from_iso2709(std::string_view bytes, std::string_view charset,
                                     std::vector<std::string>& notes) {
  bytes = bytes.substr(0, bytes.find(record_end));
  const std::size_t directory_end =
      bytes.size() > leader_size ? bytes.find(field_end, leader_size) : std::string_view::npos;
  if (directory_end == std::string_view::npos || (directory_end - leader_size) % entry_size != 0 ||
      directory_end == leader_size)
    return fail(ErrorKind::bad_input, "the answer is no record of ISO 2709: {} bytes",
                bytes.size());
  const std::string_view directory = bytes.substr(leader_size, directory_end - leader_size);
  const std::string_view data = bytes.substr(directory_end + 1);
  auto entries = counted(directory, data);
  if (!entries) {
    entries = parted(directory, data);
    notes.emplace_back(
        tr("The record's directory does not fit its fields; they are told apart by "
           "their end marks."));
  }
  if (!entries)
    return fail(ErrorKind::bad_input, "the record of ISO 2709 ends in the middle, after {} bytes",
                bytes.size());
  MarcRecord record;
  record.leader = clean_utf8(bytes.substr(0, leader_size));
  const std::string meant = charset != "auto" ? std::string(charset)
                            : is_utf8(data)   ? std::string("utf-8")
                                              : std::string("marc-8");
  for (const Entry& entry : *entries) {
    if (is_control(entry.tag)) {
      record.controls.push_back({entry.tag, clean_utf8(entry.bytes)});
      continue;
    }
    auto field = field_from(entry, meant);
    if (!field) return pass(field);
    if (!field->subfields.empty()) record.fields.push_back(*std::move(field));
  }
  if (record.fields.empty())
    return fail(ErrorKind::bad_input, "the record of ISO 2709 has no fields{}", "");
  return record;
}

}  // namespace linka
