// SPDX-License-Identifier: Apache-2.0
// yett-script-model [SCRIPT]: a model server that follows a script.
#include "demo/model_wire.h"
#include "demo/program.h"

namespace demo {
namespace {

constexpr std::string_view kJson = "application/json";

Reply json(std::string body) { return reply_of(200, std::string(kJson), std::move(body)); }

class ModelServer {
 public:
  ModelServer(Script script, std::string bearer, Record record)
      : script_(std::move(script)), bearer_(std::move(bearer)), record_(std::move(record)) {
    models_ = script_.models().empty() ? std::vector<std::string>{"scripted"} : script_.models();
  }

  Reply answer(const Request& r) {
    const Dialect dialect = r.path.starts_with("/v1/") ? Dialect::kOpenAi : Dialect::kOllama;
    if (!r.body.empty()) record_.add(r.body);
    if (!bearer_.empty() && r.header("Authorization") != "Bearer " + bearer_)
      return refusal_of(401, "missing or wrong key", dialect);
    if (r.path == "/api/chat" || r.path == "/v1/chat/completions") return chat(r, dialect);
    if (r.path == "/api/show") return json(ollama_show());
    if (r.method != "GET" && r.method != "HEAD") return refusal_of(405, "not allowed", dialect);
    return page(r.path, dialect);
  }

 private:
  Reply page(std::string_view path, Dialect dialect) const {
    constexpr std::string_view kOne = "/v1/models/";
    if (path == "/") return reply_of(200, "text/plain; charset=utf-8", "Ollama is running");
    if (path == "/api/version") return json(ollama_version());
    if (path == "/api/tags") return json(ollama_tags(models_));
    if (path == "/v1/models") return json(openai_models(models_));
    if (path.starts_with(kOne) && script_.knows(path.substr(kOne.size())))
      return json(openai_model(path.substr(kOne.size())));
    return refusal_of(404, "not found", dialect);
  }

  Reply chat(const Request& r, Dialect dialect) const {
    if (r.method != "POST") return refusal_of(405, "not allowed", dialect);
    const auto asked = asked_of(r.body, dialect);
    if (!asked.ok()) return refusal_of(400, asked.error().message, dialect);
    if (!script_.knows(asked->model))
      return refusal_of(404, "model '" + asked->model + "' not found", dialect);
    return reply_of(script_.play(*asked), *asked, dialect);
  }

  Script script_;
  std::string bearer_;
  Record record_;
  std::vector<std::string> models_;
};

base::Result<Script> script_of(const Options& options) {
  if (options.rest.size() > 1) return base::invalid("one script at most");
  if (options.rest.empty()) return Script::built_in();
  TRY_AS(const std::string text, read_file(options.rest[0]));
  return Script::parse(text);
}

base::Status run(int argc, char** argv) {
  TRY_AS(const Options options,
         read_options(argc, argv, {"listen", "record", "bearer", "bearer-file"},
                      {"print-port", "no-stdin"}));
  TRY_AS(Script script, script_of(options));
  TRY_AS(std::string bearer, secret_option(options, "bearer"));
  TRY_AS(Record record, Record::open(options.value("record")));
  ModelServer model(std::move(script), std::move(bearer), std::move(record));
  const base::SystemClock clock;
  HttpServer server(clock);
  TRY_AS(const std::uint16_t port,
         server.listen(options.value("listen", "127.0.0.1:0"),
                       [&](const Request& r) { return model.answer(r); }));
  return serve(server, port, options);
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
  return demo::run_main("yett-script-model", [&] { return demo::run(argc, argv); });
}
