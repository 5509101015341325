// SPDX-License-Identifier: GPL-3.0-or-later
// OpenJPEG can be asked for layers of given sizes. It then searches each size by writing the
// packets of the tile 128 times, which takes as long as the coding itself, and it codes every
// bit-plane first, though a user copy keeps a fifth of that. So we ask otherwise:
//
// Layers by error. A layer may be asked for by the error it leaves, which costs no writing of
// packets. Each tile gets a ladder of twelve errors around the one that the page will probably
// have, the last layer holding everything; the packet lengths (PLT) then say what each step of each
// tile takes. The steps are kept in the order of error removed for a byte until the budget is used
// up (the usual post-compression rate-distortion optimisation, over the whole page), the packets of
// the others become empty ones. A step is about 0.9 dB, so that tiles that stop before and behind
// one cost 0.02 dB; the last step is kept in part, by precincts, so that the size is met within a
// packet.
//
// A pilot finds the error. A sixteenth of the page, in squares spread over it, is coded with a
// coarse ladder first. How much a tile differs from the squares is told by its activity: the energy
// of its finest differences, each counted up to a cap, as a quantiser's error also has one.
//
// Planes that no layer will want are not coded. When the pilot says that the slope at the budget is
// far above that of the lowest planes, OpenJPEG is given a quantiser 2^k times as coarse
// (openjpeg.h). The planes above come out the same, as they are the same multiples of the same
// steps. The header states the fine steps and k guard bits more, so a decoder finds every plane in
// its place and takes the lowest k for planes that the truncation left out.
#include "stages/encode/user_copy.h"

#include "stages/encode/openjpeg.h"
#include "stages/encode/packets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>

namespace linka {
namespace {

using Ladder = std::array<double, user_layers>;  // mean squared error left by each layer; 0: none

constexpr int patch_edge = 256;
constexpr int patch_share = 16;  // the pilot's part of the page
constexpr std::size_t least_patches = 4;
constexpr int most_dropped = 5;  // with OpenJPEG's two guard bits the most that a header can say
constexpr double least_error = 0.03;
// Errors of the layers over the probable one, in dB; the last layer holds everything.
constexpr std::array<double, user_layers - 1> rungs_db{13,  8.5,  5.5,  3.5,  2.2, 1.2,
                                                       0.3, -0.6, -1.5, -2.6, -4.2};
constexpr double close_db = 3;
// A page of so few tiles is coded twice, the second time with the rungs so much closer.
constexpr std::size_t few_tiles = 3;
constexpr double small_page_spacing = 0.2;
// A plane is coded when its step is above this part of the step that belongs to the slope.
constexpr double step_margin = 0.5;
// With planes left out, all that was coded must take so many times the budget.
constexpr double least_surplus = 1.25;

double area(const PixelArea& part) {
  return static_cast<double>(part.width) * part.height;
}

// `spacing`: of the rungs close to the error, 1 as above.
Ladder ladder_around(double error, double spacing) {
  Ladder ladder{};
  for (std::size_t i = 0; i < rungs_db.size(); ++i) {
    const double db = rungs_db[i] * (rungs_db[i] < close_db ? spacing : 1);
    ladder[i] = std::max(error, least_error) * std::pow(10, db / 10);
  }
  return ladder;
}
// For any page: from noise that nothing can be kept of to a hardly visible difference.
Ladder wide_ladder() {
  Ladder ladder{};
  for (int i = 0; i < user_layers - 1; ++i)
    ladder[static_cast<std::size_t>(i)] = least_error * std::pow(10, 0.55 * (user_layers - 2 - i));
  return ladder;
}

Result<CodedTile> code(const Image& page, const PixelArea& part, const Ladder& ladder,
                       int dropped) {
  opj_cparameters_t p = settings(Copy::user, page.channels());
  p.cp_fixed_quality = 1;
  const double peak = std::exp2(8 + dropped) - 1;
  for (std::size_t i = 0; i < ladder.size(); ++i)
    p.tcp_distoratio[i] =
        ladder[i] > 0 ? static_cast<float>(10 * std::log10(peak * peak / ladder[i])) : 0;
  Bytes codestream;
  codestream.reserve(static_cast<std::size_t>(area(part)) / 2);
  auto done = append_codestream(page, {part}, part.width, part.height, p, dropped, codestream);
  if (!done) return pass(done);
  return read_tile(std::move(codestream), user_layers);
}

// ---- which packets are kept

// One layer more of one tile.
struct Step {
  std::size_t tile = 0;
  int layer = 0;
  double slope = 0;  // squared error removed for a byte; a lower layer's is never the smaller
  std::size_t bytes = 0;
};

struct Kept {
  std::vector<int> layers;       // whole layers of each tile
  Step partly;                   // the step after the last; bytes 0: everything is kept
  std::size_t partly_bytes = 0;  // how much of it
  double slope = 0;              // of that step; 0 when everything is kept
};

std::vector<Step> steps_of(const std::vector<CodedTile>& tiles, const std::vector<Ladder>& ladders,
                           const std::vector<double>& samples) {
  std::vector<Step> steps;
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    std::array<std::size_t, user_layers> bytes{};
    for (const CodedTile::TilePart& part : tiles[t].parts)
      for (std::size_t i = 0; i < part.packet_bytes.size(); ++i)
        bytes[i % user_layers] += cost_of_packet(part.packet_bytes[i]);
    double slope = std::numeric_limits<double>::infinity();  // the lowest layer comes first
    for (int layer = 0; layer < user_layers; ++layer) {
      const auto l = static_cast<std::size_t>(layer);
      if (layer > 0 && bytes[l] > 0)
        slope = std::min(slope, (ladders[t][l - 1] - ladders[t][l]) * samples[t] /
                                    static_cast<double>(bytes[l]));
      steps.push_back({t, layer, slope, bytes[l]});
    }
  }
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    return std::tuple(-a.slope, a.layer) < std::tuple(-b.slope, b.layer);
  });
  return steps;
}

Kept choose(const std::vector<Step>& steps, std::size_t tiles, double room_bytes) {
  Kept kept{std::vector<int>(tiles, 0), {}, 0, 0};
  for (const Step& step : steps) {
    if (static_cast<double>(step.bytes) > room_bytes) {
      kept.partly = step;
      kept.partly_bytes = static_cast<std::size_t>(std::max(0.0, room_bytes));
      kept.slope = step.slope;
      return kept;
    }
    kept.layers[step.tile] = step.layer + 1;
    room_bytes -= static_cast<double>(step.bytes);
  }
  return kept;
}

// For each packet of the tile. Of the step that is kept in part the precincts that are kept lie
// evenly over the tile; what is left over goes to any that it suffices for.
std::vector<bool> packets_kept(const CodedTile& tile, std::size_t index, const Kept& kept) {
  std::vector<bool> keep;
  const bool partly = kept.partly.bytes > 0 && kept.partly.tile == index;
  std::vector<std::pair<std::size_t, double>> partial;  // packet, cost
  for (const CodedTile::TilePart& part : tile.parts)
    for (std::size_t i = 0; i < part.packet_bytes.size(); ++i) {
      const int layer = static_cast<int>(i % user_layers);
      if (partly && layer == kept.partly.layer)
        partial.emplace_back(keep.size(),
                             static_cast<double>(cost_of_packet(part.packet_bytes[i])));
      keep.push_back(layer < kept.layers[index]);
    }
  if (!partly) return keep;
  const double share =
      static_cast<double>(kept.partly_bytes) / static_cast<double>(kept.partly.bytes);
  double owed = 0, left = static_cast<double>(kept.partly_bytes);
  const auto take = [&](const std::pair<std::size_t, double>& packet) {
    left -= packet.second;
    keep[packet.first] = true;
  };
  for (const auto& packet : partial) {
    owed += packet.second * share;
    if (2 * owed < packet.second || packet.second > left) continue;
    owed -= packet.second;
    take(packet);
  }
  for (const auto& packet : partial)
    if (!keep[packet.first] && packet.second <= left) take(packet);
  return keep;
}

// ---- the pilot

std::vector<PixelArea> patches_of(const Image& page) {
  const int w = std::min(patch_edge, page.width()), h = std::min(patch_edge, page.height());
  const double wanted = std::max(
      static_cast<double>(least_patches),
      static_cast<double>(page.width()) * page.height() / patch_share / (patch_edge * patch_edge));
  const double aspect = static_cast<double>(page.width()) / page.height();
  const int across = std::clamp(static_cast<int>(std::lround(std::sqrt(wanted * aspect))), 1,
                                (page.width() + w - 1) / w);
  const int down =
      std::clamp(static_cast<int>(std::lround(wanted / across)), 1, (page.height() + h - 1) / h);
  // In the middle of each cell, moved a little so that no column or line of print is met each time.
  std::vector<PixelArea> patches;
  for (int i = 0; i < across * down; ++i) {
    const auto place = [&](int cell, int cells, int size, int edge, int shift) {
      const double step = static_cast<double>(size) / cells;
      const double at = step * (cell + 0.3 + 0.1 * (shift % 5)) - edge / 2.0;
      return std::clamp(static_cast<int>(at), 0, size - edge);
    };
    patches.push_back({place(i % across, across, page.width(), w, 2 * (i / across) + i % across),
                       place(i / across, down, page.height(), h, 3 * (i % across) + i / across), w,
                       h});
  }
  return patches;
}

// Energy of the differences within squares of two by two pixels of the green channel, each up to
// `cap`.
double activity(const Image& page, const PixelArea& part, double cap) {
  const auto n = static_cast<std::size_t>(page.channels());
  const std::size_t green = n == 3 ? 1 : 0;
  const auto most = static_cast<int>(std::min(4 * cap + 1, 1e6));  // of twice the differences
  double sum = 0;
  for (int y = part.y0; y + 1 < part.y0 + part.height; y += 2) {
    const std::uint8_t* upper = page.row(y) + static_cast<std::size_t>(part.x0) * n + green;
    const std::uint8_t* lower = page.row(y + 1) + static_cast<std::size_t>(part.x0) * n + green;
    std::int64_t of_row = 0;
    for (std::size_t x = 0; x + 1 < static_cast<std::size_t>(part.width); x += 2) {
      const int a = upper[x * n], b = upper[(x + 1) * n], c = lower[x * n], d = lower[(x + 1) * n];
      const int across = a - b + c - d, down = a + b - c - d, slant = a - b - c + d;
      of_row += std::min(across * across, most) + std::min(down * down, most) +
                std::min(slant * slant, most);
    }
    sum += static_cast<double>(of_row) / 4;
  }
  return sum;
}

// How much of what there is to code lies in the patches: print is not spread evenly. Bare paper
// counts by its area for a little.
double share_of_print(const Image& page, const std::vector<PixelArea>& patches) {
  constexpr double cap = 16, paper = 1;
  const auto weight = [&](const PixelArea& part) {
    return activity(page, part, cap) + paper * area(part);
  };
  double in_patches = 0;
  for (const PixelArea& patch : patches) in_patches += weight(patch);
  return in_patches / weight({0, 0, page.width(), page.height()});
}

// Where on the wide ladder this tile has this slope. A step's own slope is met half way along it.
double error_at(double slope, std::size_t tile, const std::vector<Step>& steps) {
  const Ladder ladder = wide_ladder();
  double error = ladder[0], error_slope = 0;
  for (const Step& step : steps) {
    const auto l = static_cast<std::size_t>(step.layer);
    if (step.tile != tile || l == 0) continue;
    const double half_way = std::sqrt(ladder[l - 1] * std::max(ladder[l], least_error / 4));
    if (step.slope < slope) {
      if (error_slope <= step.slope) return half_way;
      return error * std::pow(half_way / error,
                              std::log(error_slope / slope) / std::log(error_slope / step.slope));
    }
    if (!std::isfinite(step.slope)) continue;
    error = half_way;
    error_slope = step.slope;
  }
  return error;
}

struct Pilot {
  double error = 0;              // mean over the patches, at the budget
  double error_of_activity = 0;  // the error that belongs to an activity of one
  double cap = 0;                // that of the activity
  double slope = 0;              // at the budget; 0: everything fits
  Bytes quantiser;               // the QCD segment
};

// The segment with this marker in a main header, from the marker on; empty when there is none.
Bytes segment(ByteView header, unsigned marker) {
  for (std::size_t at = 2; at + 4 <= header.size();) {
    const std::size_t size = 2 + (header[at + 2] << 8 | header[at + 3]);
    if ((header[at] << 8 | header[at + 1]) == static_cast<int>(marker) &&
        at + size <= header.size())
      return {header.begin() + static_cast<std::ptrdiff_t>(at),
              header.begin() + static_cast<std::ptrdiff_t>(at + size)};
    at += size;
  }
  return {};
}

constexpr unsigned qcd = 0xff5c;

Result<Pilot> fly_pilot(const Image& page, double budget_bytes, int dropped) {
  const std::vector<PixelArea> patches = patches_of(page);
  std::vector<CodedTile> tiles;
  std::vector<double> samples;
  double covered = 0;
  for (const PixelArea& patch : patches) {
    auto tile = code(page, patch, wide_ladder(), dropped);
    if (!tile) return pass(tile);
    tiles.push_back(std::move(*tile));
    covered += area(patch);
    samples.push_back(area(patch) * page.channels());
  }
  const std::vector<Ladder> ladders(patches.size(), wide_ladder());
  const std::vector<Step> steps = steps_of(tiles, ladders, samples);
  const Kept kept = choose(steps, tiles.size(), budget_bytes * share_of_print(page, patches));
  Pilot pilot;
  pilot.slope = kept.slope;
  double error = 0;
  for (std::size_t i = 0; i < patches.size(); ++i)
    error += error_at(kept.slope, i, steps) * area(patches[i]);
  pilot.error = error / covered;
  pilot.cap = 4 * pilot.error;
  double active = 0;
  for (const PixelArea& patch : patches) active += activity(page, patch, pilot.cap);
  pilot.error_of_activity = active > 0 ? error / active : 0;
  const CodedTile& first = tiles.front();
  pilot.quantiser = segment(ByteView(first.codestream).first(first.header_bytes), qcd);
  return pilot;
}

// How many of the lowest planes no layer will want. The slope at a step of d is about 0.92 d^2 for
// a coefficient of a grey page (a bit more halves the step, and takes three quarters of d^2 / 12);
// the error of a colour page's brightness stands in three samples.
int planes_to_drop(const Pilot& pilot, int channels) {
  if (pilot.slope <= 0 || !std::isfinite(pilot.slope)) return 0;
  const double step = std::sqrt(pilot.slope / (channels == 3 ? 2.8 : 0.92));
  return std::clamp(static_cast<int>(std::floor(std::log2(step * step_margin))), 0, most_dropped);
}

struct Plan {
  int dropped = 0;
  Pilot pilot;
};

Result<Plan> plan_for(const Image& page, double budget_bytes) {
  auto fine = fly_pilot(page, budget_bytes, 0);
  if (!fine) return pass(fine);
  const int dropped = planes_to_drop(*fine, page.channels());
  if (dropped == 0) return Plan{0, std::move(*fine)};
  auto coarse = fly_pilot(page, budget_bytes, dropped);
  if (!coarse) return pass(coarse);
  // A library that takes the quantiser from the number of bits later than 2.5 does.
  if (coarse->quantiser != fine->quantiser) return Plan{0, std::move(*fine)};
  return Plan{dropped, std::move(*coarse)};
}

// ---- the codestream

// The main header of a tile that was coded by itself, as that of the whole page.
Result<Bytes> page_header(const CodedTile& tile, const Image& page, int dropped) {
  constexpr std::size_t width_at = 8, height_at = 12, depth_at = 42;
  Bytes header(tile.codestream.begin(),
               tile.codestream.begin() + static_cast<std::ptrdiff_t>(tile.header_bytes));
  const Bytes quantiser = segment(header, qcd);
  const auto channels = static_cast<std::size_t>(page.channels());
  if (quantiser.empty() || header.size() < depth_at + 3 * channels)
    return fail(ErrorKind::internal, "OpenJPEG wrote a header that cannot be told");
  for (std::size_t i = 0; i < 4; ++i) {
    header[width_at + i] = static_cast<std::uint8_t>(page.width() >> (24 - 8 * i) & 0xff);
    header[height_at + i] = static_cast<std::uint8_t>(page.height() >> (24 - 8 * i) & 0xff);
  }
  for (std::size_t c = 0; c < channels; ++c) header[depth_at + 3 * c] = 7;  // eight bits
  const auto at = std::search(header.begin(), header.end(), quantiser.begin(), quantiser.end());
  at[4] = static_cast<std::uint8_t>(at[4] + (dropped << 5));  // guard bits
  return header;
}

struct CodedPage {
  std::vector<CodedTile> tiles;
  std::vector<Ladder> ladders;  // what the tiles were coded with
  std::vector<Step> steps;
  int dropped = 0;
  std::size_t least_bytes = 0;  // of the whole codestream, every packet empty
};

Result<CodedPage> code_tiles(const Image& page, std::vector<Ladder> ladders, int dropped) {
  CodedPage coded;
  std::vector<double> samples;
  constexpr std::size_t end_bytes = 2;
  for (const PixelArea& part : tiles_of(page, Copy::user)) {
    auto tile = code(page, part, ladders[coded.tiles.size()], dropped);
    if (!tile) return pass(tile);
    coded.least_bytes += empty_tile_bytes(*tile);
    samples.push_back(area(part) * page.channels());
    coded.tiles.push_back(std::move(*tile));
  }
  coded.least_bytes += coded.tiles.front().header_bytes + end_bytes;
  coded.steps = steps_of(coded.tiles, ladders, samples);
  coded.ladders = std::move(ladders);
  coded.dropped = dropped;
  return coded;
}

std::vector<Ladder> ladders_by(const Pilot& pilot, const Image& page) {
  std::vector<Ladder> ladders;
  for (const PixelArea& part : tiles_of(page, Copy::user))
    ladders.push_back(
        ladder_around(pilot.error_of_activity * activity(page, part, pilot.cap) / area(part), 1));
  return ladders;
}

// Closer around where each tile's layers ended.
std::vector<Ladder> closer(const CodedPage& coded, const Kept& kept) {
  std::vector<Ladder> ladders;
  for (std::size_t t = 0; t < coded.tiles.size(); ++t) {
    const Ladder& old = coded.ladders[t];
    const int last = std::clamp(kept.layers[t] - 1, 0, user_layers - 2);
    double error = old[static_cast<std::size_t>(last)];
    if (kept.partly.tile == t && kept.partly.layer > 0 && kept.partly.bytes > 0) {
      const double next = std::max(old[static_cast<std::size_t>(kept.partly.layer)], error / 4);
      const double share =
          static_cast<double>(kept.partly_bytes) / static_cast<double>(kept.partly.bytes);
      error *= std::pow(next / error, share);
    }
    ladders.push_back(ladder_around(error, small_page_spacing));
  }
  return ladders;
}

double all_bytes(const CodedPage& coded) {
  double bytes = 0;
  for (const Step& step : coded.steps) bytes += static_cast<double>(step.bytes);
  return bytes;
}

// The page coded so that a cut at the budget loses little.
Result<CodedPage> coded_for(const Image& page, double budget_bytes) {
  auto plan = plan_for(page, budget_bytes);
  if (!plan) return pass(plan);
  auto coded = code_tiles(page, ladders_by(plan->pilot, page), plan->dropped);
  const auto kept = [&] {
    return choose(coded->steps, coded->tiles.size(),
                  budget_bytes - static_cast<double>(coded->least_bytes));
  };
  // The pilot may have met what is costly: then planes are missing that there is room for. The
  // error at the budget goes with the slope, which is known now.
  while (coded && coded->dropped > 0 && all_bytes(*coded) < least_surplus * budget_bytes) {
    plan->pilot.error_of_activity *= std::clamp(kept().slope / plan->pilot.slope, 0.2, 1.0);
    coded = code_tiles(page, ladders_by(plan->pilot, page), coded->dropped - 1);
  }
  // Among many tiles some end close to each rung of their ladders, among few none may.
  if (coded && coded->tiles.size() <= few_tiles && all_bytes(*coded) > budget_bytes)
    coded = code_tiles(page, closer(*coded, kept()), coded->dropped);
  return coded;
}

}  // namespace

Result<void> append_user_codestream(const Image& page, double budget_bytes, double most_bytes,
                                    Bytes& file) {
  const auto coded = coded_for(page, budget_bytes);
  if (!coded) return pass(coded);
  const auto header = page_header(coded->tiles.front(), page, coded->dropped);
  if (!header) return pass(header);
  const auto least = static_cast<double>(coded->least_bytes);
  // A page too small for its budget may have all that the standard lets it have.
  const double aim = std::max(budget_bytes, std::min(most_bytes, 2 * least));
  if (least > most_bytes || least > aim)
    return fail(ErrorKind::bad_input,
                "a page of {} x {} pixels is too small for a user copy of a sixth of its size",
                page.width(), page.height());
  const Kept kept = choose(coded->steps, coded->tiles.size(), aim - least);
  file.reserve(file.size() + static_cast<std::size_t>(aim));
  file.insert(file.end(), header->begin(), header->end());
  for (std::size_t t = 0; t < coded->tiles.size(); ++t)
    append_tile(coded->tiles[t], static_cast<std::uint16_t>(t),
                packets_kept(coded->tiles[t], t, kept), file);
  file.push_back(0xff);
  file.push_back(0xd9);
  return {};
}

}  // namespace linka
