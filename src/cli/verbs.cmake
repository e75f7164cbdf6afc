# SPDX-License-Identifier: Apache-2.0
find_package(CLI11 REQUIRED)
# CLI11 is heavy, so one file sees it, without the precompiled header.
yett_library(cli_arguments SOURCES arguments.cc arguments_policy.cc DEPS yett_base)
target_link_libraries(yett_cli_arguments PRIVATE CLI11::CLI11)
# What every verb is given: the terminal, the exit status, the document of --json.
yett_library(terminal SOURCES exit_code.cc line_editor.cc terminal.cc verbs.cc DEPS yett_base yett_schema)
include(policy.cmake)
yett_library(verbs
  SOURCES door_client.cc await.cc tool_arguments.cc turn_view.cc turn_json.cc
          ollama_probe.cc op_probe.cc op_quota.cc secret_test.cc
          verb_call.cc verb_chat.cc verb_demo.cc verb_check.cc verb_explain.cc verb_init.cc verb_log.cc verb_plan.cc verb_secret.cc verb_tools.cc
  DEPS yett_cli yett_cli_arguments yett_audit yett_lang yett_terminal yett_policy_verbs)
yett_program(yett SOURCES main.cc DEPS yett_verbs)
yett_test(verbs
  SOURCES line_editor_test.cc terminal_test.cc door_client_test.cc tool_arguments_test.cc arguments_test.cc
          init_test.cc call_story_test.cc policy_place_test.cc op_quota_test.cc
  DEPS yett_verbs yett_audit_fault)
# The runs of `op` go through the real launcher, which stands beside the test.
add_dependencies(verbs_test yett-vault-launch)
