// SPDX-License-Identifier: Apache-2.0
#include "cli/verbs.h"

#include <limits>

#include "schema/write.h"

namespace cli {

using schema::Value;

Exit run(const HelpCommand& command, const Context& context) {
  context.terminal.out(command.text);
  return Exit::kOk;
}

Exit fail(const Context& context, Exit exit, std::string_view message) {
  if (!context.options.json) {
    context.terminal.complain(message);
    return exit;
  }
  Value document = Value::object();
  document.set("ok", Value::boolean(false));
  document.set("exit", json_number(static_cast<std::uint64_t>(exit)));
  document.set("error", json_text(message));
  print(context, document);
  return exit;
}

Exit fail_to_start(const Context& context, const base::Error& error) {
  const bool theirs = error.code == base::Errc::kInvalid || error.code == base::Errc::kNotFound ||
                      error.code == base::Errc::kDenied;
  return fail(context, theirs ? Exit::kConfiguration : Exit::kFailed, error.message);
}

void print(const Context& context, const Value& document) {
  context.terminal.out(schema::write(document) + "\n");
}

Value json_text(std::string_view text) { return Value::string(std::string(text)); }

Value json_number(std::uint64_t number) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return Value::integer(static_cast<std::int64_t>(std::min(number, most)));
}

}  // namespace cli
