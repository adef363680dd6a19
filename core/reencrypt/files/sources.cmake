# SPDX-License-Identifier: Apache-2.0
set(reencrypt_files_headers files/file_lane.h files/file_set.h files/shell_pattern.h)
set(reencrypt_files_sources
  files/file_candidate.cpp files/file_candidate.h files/file_lane.cpp files/file_lane_ends.cpp files/file_lane_impl.h
  files/file_ledger.cpp files/file_ledger.h files/file_set.cpp files/file_settle.cpp files/file_settle.h
  files/file_survey.cpp files/file_zone.cpp files/file_zone.h files/replacements.cpp files/shell_pattern.cpp)
