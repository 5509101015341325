// SPDX-License-Identifier: GPL-3.0-or-later
#include "engines/external.h"

#include "base/clock.h"
#include "base/text.h"
#include "engines/message.h"
#include "formats/alto_reader.h"
#include "formats/page_xml_reader.h"
#include "image/image_io.h"

#include <sys/socket.h>

#include <filesystem>

namespace linka {
namespace {

constexpr std::int64_t grace_ms = 1500;  // for the broker to say itself that it is too late
constexpr double usual_dpi = 300;        // for an engine that must be told something

// What went wrong with an engine is no reason to end a run, and neither is its answer.
Error about_this_page(Error e) {
  if (e.kind != ErrorKind::resource) e.kind = ErrorKind::unsupported;
  e.where = "engine";
  return e;
}

// When the answer does not say who made it: the command's or the service's own name.
std::string name_of_engine(const EngineParams& params) {
  if (params.kind == "command")
    if (const auto arguments = arguments_of(params.command); arguments && !arguments->empty())
      return std::filesystem::path(arguments->front()).filename().string();
  const std::size_t host = params.url.find("//");
  if (host == std::string::npos) return params.kind;
  return params.url.substr(host + 2, params.url.find_first_of("/:?", host + 2) - host - 2);
}

Result<Bytes> asked(int door, const Fields& request, std::uint64_t most, std::int64_t deadline) {
  auto pair = socket_pair(SOCK_STREAM);
  if (!pair) return pass(pair);
  if (auto r = send_fd(door, pair->second.get(), deadline); !r) return pass(r);
  pair->second.close();
  if (auto r = send_message(pair->first.get(), request, deadline); !r) return pass(r);
  auto reply = receive_message(pair->first.get(), most, deadline);
  if (!reply) return pass(reply);
  if (reply->size() == 2 && string_of(reply->front()) == "answer") return std::move(reply->back());
  if (reply->size() == 3)
    return tl::unexpected(Error{error_kind_of(string_of(reply->at(2))),
                                clean_utf8(string_of(reply->at(1))), "engine"});
  return fail(ErrorKind::resource, "the process that talks to the text engine has ended");
}

}  // namespace

Result<PageText> text_from_answer(ByteView bytes, const std::string& answer, Size page, Dpi dpi) {
  const auto document = XmlDocument::parse(bytes);
  if (!document)
    return fail(ErrorKind::unsupported, "the engine's answer cannot be used: {}",
                document.error().message);
  const std::string root = document->root().name();
  const bool is_alto = root == "alto", is_page = root == "PcGts";
  if ((!is_alto && !is_page) || (answer == "alto" && !is_alto) || (answer == "page" && !is_page))
    return fail(ErrorKind::unsupported, "the engine's answer is <{}> instead of {}",
                clean_utf8(root).substr(0, 60),
                answer == "alto"   ? "ALTO"
                : answer == "page" ? "PAGE"
                                   : "ALTO or PAGE");
  auto text = is_alto ? text_from_alto(*document, page, dpi) : text_from_page_xml(*document, page);
  if (!text)
    return fail(ErrorKind::unsupported, "the engine's answer cannot be used: {}",
                text.error().message);
  return text;
}

Result<PageText> ExternalEngine::read(const Image& page, const std::string& models) const {
  const std::int64_t ms = static_cast<std::int64_t>(deadline_s_ * 1000), begun = steady_ms();
  const auto png = to_png(page);
  if (!png) return tl::unexpected(about_this_page(png.error()));
  const double dpi = page.dpi().known() ? page.dpi().x : usual_dpi;
  const std::int64_t left = std::max<std::int64_t>(1, ms - (steady_ms() - begun));
  const Fields request{*png, bytes_of(models), bytes_of(fmt::format("{:.0f}", dpi)),
                       bytes_of(std::to_string(left))};
  const std::uint64_t most = (static_cast<std::uint64_t>(params_.max_answer_mib) << 20) + (1 << 16);
  const auto bytes = asked(door_, request, most, begun + ms + grace_ms);
  if (!bytes) return tl::unexpected(about_this_page(bytes.error()));
  auto text = text_from_answer(*bytes, params_.answer, page.size(), page.dpi());
  if (!text) return tl::unexpected(about_this_page(text.error()));
  if (text->engine.empty()) text->engine = name_of_engine(params_);
  if (text->engine_version.empty()) text->engine_version = params_.version;
  if (text->models.empty() && models != "auto") text->models = models;
  return text;
}

}  // namespace linka
