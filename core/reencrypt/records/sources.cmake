# SPDX-License-Identifier: Apache-2.0
set(reencrypt_records_headers records/record_reader.h records/table_lane.h)
set(reencrypt_records_sources
  records/csv_grammar.cpp records/csv_grammar.h records/csv_header.cpp records/json_grammar.cpp
  records/record_grammar.h records/record_reader.cpp
  records/side_thread.cpp records/side_thread.h
  records/table_batch.cpp records/table_batch.h records/table_entries.cpp records/table_entries.h
  records/table_finish.cpp records/table_lane.cpp records/table_lane_impl.h records/table_survey.cpp
  records/table_undo.cpp records/table_work.cpp records/table_work.h)
