// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalogue/letters.h"

#include "base/handle.h"
#include "base/text.h"

#include <yaz/yaz-iconv.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>

namespace linka {
namespace {

using Converter = std::unique_ptr<std::remove_pointer_t<yaz_iconv_t>, FreeWith<yaz_iconv_close>>;

// A mark, and the letters it stands on: without it, then with it (Unicode's canonical compositions
// of Latin script).
struct Mark {
  char32_t mark;
  std::string_view pairs;
};
// clang-format off
constexpr Mark marks[] = {
    // grave
    {0x300, "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹĒḔēḕŌṐōṑWẀwẁ"
               "ÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳ"},
    // acute
    {0x301, "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕ"
               "SŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿÇḈçḉĒḖēḗÏḮïḯ"
               "KḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêế"
               "ÔỐôốƠỚơớƯỨưứ"},
    // circumflex
    {0x302, "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝ"
               "WŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ"},
    // tilde
    {0x303, "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễ"
               "ÔỖôỗƠỠơỡƯỮưữYỸyỹ"},
    // macron
    {0x304, "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭ"
               "ÖȪöȫÕȬõȭȮȰȯȱYȲyȳGḠgḡḶḸḷḹṚṜṛṝ"},
    // breve
    {0x306, "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭȨḜȩḝẠẶạặ"},
    // dot above
    {0x307, "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢ"
               "hḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆ"
               "wẇXẊxẋYẎyẏſẛ"},
    // diaeresis
    {0x308, "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸHḦhḧÕṎõṏŪṺūṻWẄwẅ"
               "XẌxẍtẗ"},
    // hook above
    {0x309, "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủ"
               "ƯỬưửYỶyỷ"},
    // ring
    {0x30A, "AÅaåUŮuůwẘyẙ"},
    // double acute
    {0x30B, "OŐoőUŰuű"},
    // caron
    {0x30C, "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎ"
               "IǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ"},
    // double grave
    {0x30F, "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕ"},
    // inverted breve
    {0x311, "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ"},
    // horn
    {0x31B, "OƠoơUƯuư"},
    // dot below
    {0x323, "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭ"
               "VṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưự"
               "YỴyỵ"},
    // diaeresis below
    {0x324, "UṲuṳ"},
    // ring below
    {0x325, "AḀaḁ"},
    // comma below
    {0x326, "SȘsșTȚtț"},
    // cedilla
    {0x327, "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑ"
               "HḨhḩ"},
    // ogonek
    {0x328, "AĄaąEĘeęIĮiįUŲuųOǪoǫ"},
    // circumflex below
    {0x32D, "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ"},
    // breve below
    {0x32E, "HḪhḫ"},
    // tilde below
    {0x330, "EḚeḛIḬiḭUṴuṵ"},
    // macron below
    {0x331, "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ"},
};
// clang-format on

// Length of the UTF-8 sequence that begins at `at`, 1 where none does.
std::size_t length_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
  return std::min(length, text.size() - at);
}

char32_t two_byte_value(std::string_view two) {
  return static_cast<char32_t>(((static_cast<unsigned char>(two[0]) & 0x1F) << 6) |
                               (static_cast<unsigned char>(two[1]) & 0x3F));
}

using Compositions = std::map<std::pair<char32_t, std::string>, std::string>;

Compositions make_compositions() {
  Compositions out;
  for (const auto& [mark, pairs] : marks)
    for (std::size_t at = 0; at < pairs.size();) {
      const std::string bare(pairs.substr(at, length_at(pairs, at)));
      at += bare.size();
      const std::string whole(pairs.substr(at, length_at(pairs, at)));
      at += whole.size();
      out[{mark, bare}] = whole;
    }
  return out;
}

struct Charset {
  std::string_view spelling, yaz;
};
// As people write them, without hyphens and in small letters.
constexpr Charset charsets[] = {
    {"utf8", "utf-8"},
    {"marc8", "marc8"},
    {"cp1250", "windows-1250"},
    {"win1250", "windows-1250"},
    {"windows1250", "windows-1250"},
    {"iso88592", "iso-8859-2"},
    {"latin2", "iso-8859-2"},
    {"iso88591", "iso-8859-1"},
    {"latin1", "iso-8859-1"},
    {"cp1252", "windows-1252"},
    {"windows1252", "windows-1252"},
};

std::string_view yaz_name(std::string_view charset) {
  std::string plain = lower_ascii(charset);
  std::erase_if(plain, [](char c) { return c == '-' || c == '_' || c == ' '; });
  for (const Charset& c : charsets)
    if (c.spelling == plain) return c.yaz;
  return {};
}

// Takes as much as the converter makes of it; false where a byte is none of the set.
bool convert(yaz_iconv_t converter, char*& in, std::size_t& left, std::string& out) {
  std::array<char, 512> room;
  for (;;) {
    char* to = room.data();
    std::size_t space = room.size();
    const std::size_t done = yaz_iconv(converter, in == nullptr ? nullptr : &in,
                                       in == nullptr ? nullptr : &left, &to, &space);
    out.append(room.data(), room.size() - space);
    if (done != static_cast<std::size_t>(-1)) return true;
    if (yaz_iconv_error(converter) != YAZ_ICONV_E2BIG) return false;
  }
}

}  // namespace

std::string composed(std::string_view utf8) {
  std::string text = clean_utf8(utf8);
  // U+0300...U+036F begin with one of two bytes.
  if (text.find_first_of("\xCC\xCD") == std::string::npos) return text;
  static const Compositions compositions = make_compositions();
  std::string out;
  std::size_t last = 0;  // where the last character of `out` begins
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view sign = std::string_view(text).substr(at, length_at(text, at));
    at += sign.size();
    if (sign.size() == 2 && !out.empty()) {
      const auto found = compositions.find({two_byte_value(sign), out.substr(last)});
      if (found != compositions.end()) {
        out.replace(last, std::string::npos, found->second);
        continue;
      }
    }
    last = out.size();
    out += sign;
  }
  return out;
}

bool is_charset(std::string_view name) {
  return !yaz_name(name).empty();
}

Result<std::string> text_from(std::string_view charset, std::string_view bytes) {
  const std::string_view name = yaz_name(charset);
  if (name.empty())
    return fail(ErrorKind::configuration, "the character set \"{}\" is not known", charset);
  if (name == "utf-8") {
    if (!is_utf8(bytes)) return fail(ErrorKind::bad_input, "a field is no UTF-8{}", "");
    return composed(bytes);
  }
  const Converter converter(yaz_iconv_open("utf-8", std::string(name).c_str()));
  if (!converter)
    return fail(ErrorKind::missing, "the library cannot read the character set {}", charset);
  std::string copy(bytes), out;
  char* in = copy.data();
  char* nothing = nullptr;
  std::size_t left = copy.size(), none = 0;
  if (!convert(converter.get(), in, left, out) || !convert(converter.get(), nothing, none, out))
    return fail(ErrorKind::bad_input, "byte {} of a field is none of the character set {}",
                copy.size() - left + 1, charset);
  return composed(out);
}

}  // namespace linka
