# SPDX-License-Identifier: Apache-2.0
set(reencrypt_records_headers records/record_reader.h)
set(reencrypt_records_sources
  records/csv_grammar.cpp records/csv_grammar.h records/csv_header.cpp records/json_grammar.cpp
  records/record_grammar.h records/record_reader.cpp)
