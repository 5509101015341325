// SPDX-License-Identifier: GPL-3.0-or-later
// The resolvers of URN:NBN that an operator may ask, as a TOML file describes them
// (docs/urnnbn.md; a sample is urnnbn/resolvers.toml).
#pragma once

#include "base/result.h"
#include "base/settings.h"
#include "model/urn.h"
#include "workspace/urn_register.h"

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace linka {

// Who chooses the URN:NBN: the resolver; the resolver beforehand, for a reservation; the library.
enum class UrnMode { resolver, reservation, registrar };
std::string_view name_of(UrnMode mode);

struct Resolver {
  std::string id, name;
  bool test = false;      // its URN:NBN are worth nothing outside of tests
  std::string address;    // "https://resolver.nkp.cz/api/v4", without a slash at the end
  std::string registrar;  // code: 2-6 small letters and digits
  UrnMode mode = UrnMode::resolver;
  std::string user;
  SecretPlace password;
  // Which parts are registered beside volumes and issues: "supplement", "article".
  std::set<std::string> parts;
  std::string financed, contract;              // of every document
  std::string library;                         // digitalLibraryId; of digital instances
  std::string instance_format, accessibility;  // of digital instances
  double timeout_s = 30, connect_s = 10;

  UrnSource source() const { return {id, address, registrar, test}; }
};

// "resolver nkp (production, registrar aba001)", "TEST resolver zkouska (registrar tsta01)": for
// every message about what it did.
std::string words_for(const Resolver& resolver);

// The file's resolvers in its order. Errors: bad_input (no such file), configuration with every
// mistake and its line. A test resolver must share neither host nor registrar with one of
// production, and an address that is not encrypted must be one of this machine.
Result<std::vector<Resolver>> load_resolvers(const std::filesystem::path& file);
// The same from its text; `file` is what messages call it and what password files lie beside.
Result<std::vector<Resolver>> resolvers_from(std::string_view text,
                                             const std::filesystem::path& file);

// ~/.config/linka/resolvers.toml (or below $XDG_CONFIG_HOME), then /etc/linka/resolvers.toml: the
// first that is there; empty when none is.
std::filesystem::path usual_resolvers();

// The one of that id. Error configuration, naming those there are.
Result<Resolver> resolver_named(const std::vector<Resolver>& all, std::string_view id);

// Refuses what must not reach a production system: a URN:NBN that a test resolver gave, by what the
// batch's register knows (`known`, may be empty) or by the registrar's code in it. Error bad_input,
// naming it. A registrar that no resolver of the list has is nobody's business here.
Result<void> refuse_test_urns(const std::vector<std::string>& urns,
                              const std::vector<Resolver>& resolvers,
                              const std::vector<KnownUrn>& known);

// "aba001" of "urn:nbn:cz:aba001-00000a"; "" when it is no URN:NBN.
std::string registrar_of(std::string_view urn);

}  // namespace linka
