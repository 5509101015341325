// SPDX-License-Identifier: GPL-3.0-or-later
// A line is read in some 25 ms, a page in a second, so four lines or so can be tried. The typeface
// shows in the confidence (a model for roman type reads Fraktur at 0.3...0.7, one for Fraktur at
// 0.7...0.95) and in what the Fraktur model writes: long s where the print is Fraktur, capital S
// inside words where it is not. The language shows in the function words (language.h), whichever
// model has read them. Reading stops as soon as both are clear.
#include "stages/ocr/choice.h"

#include "image/convert.h"
#include "stages/ocr/language.h"
#include "stages/ocr/models.h"
#include "stages/ocr/page_layout.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace linka {
namespace {

constexpr double sample_dpi = 150;  // what lines are looked for at
constexpr double band_mm = 22;      // lines are looked for in strips of the page
constexpr double widest_mm = 65;    // more of a line says no more
constexpr std::array<double, 5> places = {0.5, 0.3, 0.7, 0.17, 0.83};  // of the strips' middles
constexpr std::size_t enough_lines = 2, most_lines = 4;
constexpr double sure_roman = 0.86;      // a roman model is this confident of no Fraktur
constexpr double fraktur_from = 0.08;    // evidence of typeface, see Typeface
constexpr double clear_typeface = 0.10;  // away from it, no more lines are read
constexpr double clear_language = 4.0;   // logarithm of the odds
constexpr double some_language = 2.0;
constexpr double long_s_weight = 0.04;  // confidence that a long s in a line is worth
constexpr double most_traces = 3;       // long s a line that count
constexpr double few_letters = 10;      // bytes of text that the expectation weighs as much as
constexpr std::size_t least_text = 20;  // bytes; a word or a number says nothing
constexpr double badly_read = 0.75;     // a block below this may be in another typeface
constexpr double not_well_read = 0.88;  // a block below this may be in another language
constexpr double hint_of_language = 1.0;
constexpr int fewest_letters = 60;  // that say something of a block

bool is_installed(const std::vector<std::string>& installed, std::string_view model) {
  return std::find(installed.begin(), installed.end(), model) != installed.end();
}

std::string_view model_of(TextLanguage language) {
  switch (language) {
    case TextLanguage::czech:
      return "ces";
    case TextLanguage::slovak:
      return "slk";
    case TextLanguage::german:
      return "deu";
    case TextLanguage::polish:
      return "pol";
    case TextLanguage::english:
      return "eng";
    case TextLanguage::latin:
      return "lat";
  }
  return "";
}

std::vector<std::string> names_in(const std::string& models) {
  return model_names(models).value_or(std::vector<std::string>{});
}

bool is_fraktur(const std::string& models) {
  const auto names = names_in(models);
  return std::any_of(names.begin(), names.end(), [](const auto& m) { return reads_fraktur(m); });
}

std::string first_model(const std::vector<std::string>& installed, bool fraktur) {
  for (const std::string& model : installed)
    if (reads_fraktur(model) == fraktur) return model;
  return "";
}

// The model of a language or, when there is none, one of the same typeface.
std::string roman_models(const std::vector<std::string>& installed, TextLanguage language) {
  const std::string model(model_of(language));
  if (is_installed(installed, model)) return model;
  if (language == TextLanguage::slovak && is_installed(installed, "ces")) return "ces";
  const std::string any = first_model(installed, false);
  return any.empty() ? installed.front() : any;
}

// Two models see more of Fraktur than one: their errors differ, and Tesseract keeps the surer word.
std::string fraktur_models(const std::vector<std::string>& installed) {
  std::vector<std::string> names;
  for (const std::string& model : installed)
    if (reads_fraktur(model) && names.size() < 2) names.push_back(model);
  return names.empty() ? installed.front() : joined_models(names);
}

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

double traces_of_fraktur(std::string_view text) {
  const TypefaceTraces traces = typeface_traces(text);
  return std::clamp<double>(traces.long_s - traces.inner_capital_s, -most_traces, most_traces);
}

// How much likelier Fraktur is, in units of confidence, over the lines read so far. Begins with
// what is expected, so that a word or two cannot tell.
struct Typeface {
  double sum = 0, weight = few_letters;
  void add(const Sample& roman, const std::optional<Sample>& fraktur) {
    const double w = static_cast<double>(std::max(roman.text.size(), std::size_t{1}));
    const double difference = fraktur ? fraktur->confidence - roman.confidence +
                                            long_s_weight * (traces_of_fraktur(fraktur->text) +
                                                             typeface_traces(roman.text).f_for_s)
                                      : -fraktur_from;
    sum += w * difference;
    weight += w;
  }
  double evidence() const { return sum / weight; }
  bool fraktur() const { return evidence() > fraktur_from; }
  bool clear() const { return std::abs(evidence() - fraktur_from) >= clear_typeface; }
};

// ---- lines to try ------------------------------------------------------------------------------

std::vector<Box> letters_in(const cv::Mat& print, double dpi) {
  cv::Mat labels, stats, centres;
  const int n = cv::connectedComponentsWithStats(print, labels, stats, centres, 8, CV_32S);
  std::vector<Box> boxes;
  for (int i = 1; i < n; ++i) {
    const double x = stats.at<int>(i, cv::CC_STAT_LEFT), y = stats.at<int>(i, cv::CC_STAT_TOP);
    const double w = stats.at<int>(i, cv::CC_STAT_WIDTH), h = stats.at<int>(i, cv::CC_STAT_HEIGHT);
    if (h >= px_from_mm(0.9, dpi) && h <= px_from_mm(9, dpi) && w <= px_from_mm(30, dpi) &&
        h < 8 * w && w < 12 * h)
      boxes.push_back({x, y, x + w, y + h});
  }
  return boxes;
}

// The line with the most letters of a strip; nothing when there is none.
std::optional<Box> line_in(const cv::Mat& strip, double dpi) {
  const std::vector<Box> letters = letters_in(strip, dpi);
  std::vector<double> heights;
  for (const Box& letter : letters) heights.push_back(letter.height());
  const double em = median(std::move(heights)) / 0.45;  // the median letter has no ascender
  std::optional<Box> best;
  for (const Box& row : rows_of_letters(letters, em)) {
    const bool cut = row.y0 < 1 || row.y1 > strip.rows - 1 || row.height() > 2 * em;
    if (!cut && (!best || row.width() > best->width())) best = row;
  }
  if (!best) return best;
  const double width = std::min(best->width(), px_from_mm(widest_mm, dpi));
  return Box{best->x0 - em / 2, best->y0 - 0.3 * em, best->x0 + width + em / 2,
             best->y1 + 0.3 * em};
}

}  // namespace

const std::vector<std::string>& candidate_models() {
  static const std::vector<std::string> names = {"ces", "deu", "frk", "Fraktur", "slk",
                                                 "lat", "pol", "eng", "deu_latf"};
  return names;
}

std::vector<Box> sample_lines(const Image& grey, double dpi) {
  const double known = dpi > 0 ? dpi : 300;
  const Reduced small = reduced_grey(grey.with_dpi({known, known}), sample_dpi);
  cv::Mat print;
  cv::threshold(view(small.grey), print, 0, 255, cv::THRESH_BINARY_INV | cv::THRESH_OTSU);
  const int height = std::min(print.rows, static_cast<int>(px_from_mm(band_mm, sample_dpi)));
  std::vector<Box> lines;
  int last_y = -1;
  for (const double place : places) {
    const int y = static_cast<int>((print.rows - height) * place);
    if (y == last_y) continue;
    last_y = y;
    auto line = line_in(print.rowRange(y, y + height), sample_dpi);
    if (!line) continue;
    *line = {line->x0 / small.scale_x, (line->y0 + y) / small.scale_y, line->x1 / small.scale_x,
             (line->y1 + y) / small.scale_y};
    *line = intersection(*line, grey.box());
    const bool again = std::any_of(lines.begin(), lines.end(), [&](const Box& other) {
      return !intersection(other, *line).empty();
    });
    if (!again && !line->empty()) lines.push_back(*line);
  }
  return lines;
}

ModelChoice choose_models(const std::vector<std::string>& installed, std::size_t lines,
                          const std::string& prior, const ReadSample& read) {
  const std::string fraktur = first_model(installed, true);
  std::string roman = first_model(installed, false);
  for (const std::string& name : names_in(prior))
    if (!reads_fraktur(name) && is_installed(installed, name)) roman = name;
  const std::string unknown =
      is_fraktur(prior) && !fraktur.empty() ? fraktur_models(installed) : roman;
  if (roman.empty()) return {fraktur_models(installed), 1};

  Typeface typeface;
  if (is_fraktur(unknown)) typeface.sum = 2 * fraktur_from * few_letters;
  std::string text;
  LanguageGuess language;
  for (std::size_t i = 0; i < std::min(lines, most_lines); ++i) {
    Sample as_roman = read(roman, i);
    std::optional<Sample> as_fraktur;
    if (as_roman.confidence < sure_roman && !fraktur.empty()) {
      as_fraktur = read(fraktur, i);
      // Before a roman model of another language is blamed, that of the language is asked.
      language = language_of_text(text + as_fraktur->text);
      const std::string native = roman_models(installed, language.language);
      if (language.score > 0 && native != roman && traces_of_fraktur(as_fraktur->text) <= 0) {
        Sample other = read(native, i);
        if (other.confidence > as_roman.confidence) as_roman = std::move(other);
      }
    }
    typeface.add(as_roman, as_fraktur);
    const bool better = as_fraktur && as_fraktur->confidence > as_roman.confidence;
    text += (better ? as_fraktur->text : as_roman.text) + "\n";
    language = language_of_text(text);
    const bool told = typeface.fraktur() || language.margin >= clear_language;
    if (i + 1 >= enough_lines && typeface.clear() && told) break;
  }
  if (text.size() < least_text) return {unknown, 0};
  const double sure =
      fraktur.empty() ? 1 : logistic(40 * std::abs(typeface.evidence() - fraktur_from));
  if (typeface.fraktur()) return {fraktur_models(installed), sure};
  if (language.margin < some_language) return {unknown, std::min(sure, 0.5)};
  return {roman_models(installed, language.language), std::min(sure, logistic(language.margin))};
}

std::string better_models(const std::vector<std::string>& installed, const std::string& models,
                          std::string_view text, double confidence) {
  const TypefaceTraces traces = typeface_traces(text);
  if (traces.letters < fewest_letters) return "";
  const LanguageGuess language = language_of_text(text);
  const bool clear = language.margin >= clear_language;
  std::string better;
  if (is_fraktur(models)) {
    if (traces.inner_capital_s > traces.long_s || (traces.long_s == 0 && traces.letters > 150))
      better = roman_models(installed, clear ? language.language : TextLanguage::german);
  } else if (!first_model(installed, true).empty() &&
             (confidence < badly_read || traces.f_for_s >= 2)) {
    better = fraktur_models(installed);
  } else if (clear || (confidence < not_well_read && language.margin >= hint_of_language)) {
    better = roman_models(installed, language.language);
  }
  const auto now = names_in(models);
  const auto then = names_in(better);
  const bool same = std::all_of(then.begin(), then.end(), [&](const std::string& name) {
    return std::find(now.begin(), now.end(), name) != now.end();
  });
  return same ? "" : better;
}

double confidence_in(const std::string& models, std::string_view text, double confidence) {
  const TypefaceTraces traces = typeface_traces(text);
  if (is_fraktur(models)) {
    const double share =
        traces.letters > 0
            ? static_cast<double>(traces.long_s - traces.inner_capital_s) / traces.letters
            : 0;
    return logistic(200 * share) * logistic(20 * (confidence - 0.5));
  }
  const LanguageGuess language = language_of_text(text);
  const auto names = names_in(models);
  const bool agrees = is_installed(names, model_of(language.language));
  return logistic(agrees ? language.margin : -language.margin) * logistic(20 * (confidence - 0.6));
}

}  // namespace linka
