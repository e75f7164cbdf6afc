# SPDX-License-Identifier: Apache-2.0
# `yett policy ...`: a library that links what decides and nothing that runs.
yett_library(log_view SOURCES log_view.cc call_story.cc DEPS yett_config yett_terminal yett_audit)
yett_library(policy_verbs
  SOURCES policy_claim.cc policy_diff.cc policy_edit.cc policy_ground.cc policy_leaves.cc policy_lines.cc policy_packs.cc
          policy_place.cc policy_question.cc policy_replay.cc policy_sample.cc policy_tests_read.cc
          policy_tests_run.cc policy_toml.cc policy_view.cc policy_words.cc stored_calls.cc
          vault_writer.cc verb_policy.cc verb_policy_ask.cc verb_policy_change.cc verb_policy_prove.cc verb_policy_replay.cc
          verb_policy_test.cc
  DEPS yett_config yett_terminal yett_log_view yett_policy yett_policy_load yett_policy_compile
       yett_policy_explain yett_policy_prove yett_values)
yett_test(policy_verbs
  SOURCES policy_diff_test.cc policy_edit_test.cc policy_question_test.cc policy_replay_test.cc
          policy_tests_test.cc
  DEPS yett_policy_verbs yett_audit_fault)
