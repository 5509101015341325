// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/check_target.h"

#include "delivery/placing.h"
#include "delivery/processes.h"

#include <unistd.h>

namespace linka {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

using Verdict = TargetAnswer::Verdict;

class Asking {
 public:
  explicit Asking(KrameriusServer& server) : server_(server), target_(server.target()) {}

  std::vector<TargetAnswer> all() {
    for (const std::string& warning : target_.warnings)
      say_of(tr("settings"), Verdict::doubtful, warning);
    if (!about_server()) return std::move(answers_);
    if (!about_token()) return std::move(answers_);
    about_rights();
    about_folder();
    about_licences();
    about_images();
    about_address();
    return std::move(answers_);
  }

 private:
  void say_of(const std::string& asked, Verdict verdict, const std::string& answer,
              Error error = {}) {
    answers_.push_back({asked, verdict, answer, std::move(error)});
  }
  void wrong(const std::string& asked, const Error& error) {
    say_of(asked, Verdict::wrong, error.message, error);
  }

  bool about_server() {
    const auto info = server_.info();
    if (!info) {
      wrong(tr("the server"), info.error());
      return false;
    }
    say_of(tr("the server"), info->version.empty() ? Verdict::doubtful : Verdict::good,
           info->version.empty()
               ? std::string(tr("answers, but does not tell its version; taken for 7.2"))
               : say(tr("Kramerius {}"), info->version));
    return true;
  }

  bool about_token() {
    if (target_.login.grant == Grant::none) {
      say_of(tr("the token"), Verdict::doubtful,
             tr("there is no [target.login]: an import needs one"));
      return true;
    }
    const auto in = server_.log_in();
    if (!in) {
      wrong(tr("the token"), in.error());
      return false;
    }
    say_of(tr("the token"), Verdict::good, tr("is given"));
    return true;
  }

  void about_rights() {
    const KnownProcesses known = recent_processes(server_);
    const std::string asked = tr("the right to see processes");
    if (known.reply.good())
      say_of(asked, Verdict::good, say(tr("{} processes are told"), known.processes.size()));
    else
      wrong(asked, error_of(known.reply, tr("the list of processes")));
  }

  // What we put there, the server must see.
  void about_folder() {
    const std::string ours = tr("the import folder, seen by us");
    if (const auto tried = try_place(target_.import); !tried) {
      wrong(ours, tried.error());
      return;
    }
    say_of(ours, Verdict::good, say(tr("{} can be written"), words_for(target_.import)));
    const std::string theirs = tr("the import folder, seen by the server");
    if (target_.absolute()) {
      say_of(theirs, Verdict::doubtful,
             tr("cannot be asked, because its whole path is given; a path below the server's "
                "import directory could be"));
      return;
    }
    const std::string kind = target_.way == Way::psp ? "convert-and-import-ndk" : "import-foxml";
    const auto listed = [&](const std::string& below) {
      return server_.get_json("/admin/v7.0/files/input-data-dir-for_" + kind + "/" + below);
    };
    const Reply whole = listed(target_.on_server);
    if (!whole.good()) {
      wrong(theirs, error_of(whole, tr("its list")));
      return;
    }
    if (!target_.import.rsync.empty()) {
      say_of(theirs, Verdict::doubtful,
             tr("the folder is there; whether it is the same one shows with the first delivery"));
      return;
    }
    const std::string name = "linka-try-" + std::to_string(::getpid());
    std::error_code code;
    fs::create_directory(target_.import.folder / name, code);
    const Reply mine = listed(target_.on_server.empty() ? name : target_.on_server + "/" + name);
    fs::remove(target_.import.folder / name, code);
    if (mine.good())
      say_of(theirs, Verdict::good, tr("is the same one"));
    else
      wrong(theirs, {ErrorKind::configuration,
                     say(tr("is another one: what we make in {} is not seen below \"{}\""),
                         words_for(target_.import), target_.on_server),
                     "target"});
  }

  void about_licences() {
    if (target_.licences.empty()) {
      say_of(tr("the licences"), Verdict::doubtful,
             tr("none is set: who may read is decided by policy and rights on the server"));
      return;
    }
    const KnownLicences known = known_licences(server_);
    if (!known.reply.good()) {
      wrong(tr("the licences"), error_of(known.reply, tr("the list of licences")));
      return;
    }
    for (const std::string& licence : target_.licences)
      if (known.has(licence))
        say_of(tr("the licences"), Verdict::good, say(tr("\"{}\" is known"), licence));
      else
        wrong(tr("the licences"), {ErrorKind::configuration,
                                   say(tr("the server does not know \"{}\"; it knows {}"), licence,
                                       fmt::format("{}", fmt::join(known.names, ", "))),
                                   "target"});
  }

  void about_images() {
    const std::string asked = tr("the images");
    switch (target_.images.kind) {
      case FoxmlImages::Kind::embedded_jpeg:
        say_of(asked, Verdict::good, tr("go inside the objects, as JPEG without deep zoom"));
        return;
      case FoxmlImages::Kind::moved_by_kramerius:
        say_of(asked, Verdict::doubtful,
               tr("go inside the objects; the operator says whether convert.useImageServer is on"));
        return;
      case FoxmlImages::Kind::image_server:
        break;
    }
    if (!target_.image_place.given()) {
      say_of(asked, Verdict::doubtful, tr("are not placed by us; they have to lie there already"));
    } else if (const auto tried = try_place(target_.image_place); !tried) {
      wrong(asked, tried.error());
    } else {
      say_of(asked, Verdict::good, say(tr("{} can be written"), words_for(target_.image_place)));
    }
    const std::string url = target_.images.tiles.substr(0, target_.images.tiles.find('{'));
    const Reply reply = server_.get_outside(url);
    if (reply.status == 0)
      say_of(tr("the image server"), Verdict::doubtful,
             say(tr("{} is not reached from here ({}); Kramerius must reach it"), host_of(url),
                 words_for(reply)));
    else
      say_of(tr("the image server"), Verdict::good, say(tr("{} answers"), host_of(url)));
  }

  void about_address() {
    if (target_.view.empty())
      say_of(tr("the address for readers"), Verdict::doubtful,
             tr("view is not set: receipts and lists hold no address"));
  }

  KrameriusServer& server_;
  const Target& target_;
  std::vector<TargetAnswer> answers_;
};

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "good";
    case Verdict::doubtful:
      return "doubtful";
    case Verdict::wrong:
      break;
  }
  return "wrong";
}

const char* mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "ok";
    case Verdict::doubtful:
      return "??";
    case Verdict::wrong:
      break;
  }
  return "!!";
}

std::vector<TargetAnswer> check_target(KrameriusServer& server) {
  return Asking(server).all();
}

}  // namespace linka
