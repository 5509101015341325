// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/translate.h"
#include "cli/verb.h"

namespace linka {

// In the order in which help lists them: the life of a batch, then the tools.
void declare_verbs(CLI::App& app, Chosen& chosen) {
  declare_plan(app, chosen);
  declare_run(app, chosen);
  declare_status(app, chosen);
  declare_retry(app, chosen);
  declare_review(app, chosen);
  declare_correct(app, chosen);
  declare_exclude(app, chosen);
  declare_structure(app, chosen);
  declare_urnnbn(app, chosen);
  declare_package(app, chosen);
  declare_validate(app, chosen);
  declare_verify(app, chosen);
  declare_foxml(app, chosen);
  declare_shelf(app, chosen);
  declare_bag(app, chosen);
  declare_unbag(app, chosen);
  declare_iiif(app, chosen);
  declare_pdf(app, chosen);
  declare_bundle(app, chosen);
  declare_publish(app, chosen);
  declare_deliver(app, chosen);
  declare_receipt(app, chosen);
  declare_explain(app, chosen);
  declare_text(app, chosen);
  declare_record(app, chosen);
  declare_profile(app, chosen);
  declare_decode(app, chosen);
  declare_target(app, chosen);
  declare_selftest(app, chosen);
  declare_doctor(app, chosen);
  declare_version(app, chosen);
  declare_help(app, chosen);
  for (CLI::App* verb : app.get_subcommands({})) {
    verb->set_help_flag("-h,--help", tr("say this and stop"));
    for (CLI::App* inner : verb->get_subcommands({}))
      inner->set_help_flag("-h,--help", tr("say this and stop"));
  }
}

}  // namespace linka
