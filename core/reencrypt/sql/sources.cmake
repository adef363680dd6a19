# SPDX-License-Identifier: Apache-2.0
set(reencrypt_sql_headers
  sql/paged_statements.h sql/quiet_driver.h sql/row_context.h sql/row_lane.h sql/row_lane_impl.h sql/row_ledger.h sql/row_page.h sql/row_reach.h
  sql/row_statements.h sql/row_store.h sql/sql_connection.h sql/sql_error.h sql/sql_row_store.h
  sql/row_zone.h sql/shared_job.h sql/shared_job_impl.h sql/shared_records.h sql/shared_seal.h sql/shared_tables.h sql/sql_value.h sql/table_shape.h)
set(reencrypt_sql_sources
  sql/cell_blob.cpp sql/connection_text.cpp sql/paged_statements.cpp sql/postgres_shape.cpp sql/quiet_driver.cpp sql/postgres_statements.cpp sql/row_context.cpp
  sql/row_lane.cpp sql/row_lane_ends.cpp sql/row_ledger.cpp sql/row_page.cpp sql/row_reach.cpp sql/row_zone.cpp
  sql/row_store.cpp sql/shared_job.cpp sql/shared_job_batch.cpp sql/shared_job_ends.cpp sql/shared_leases.cpp
  sql/shared_records.cpp sql/shared_seal.cpp
  sql/shared_tables.cpp sql/sql_connection.cpp sql/sql_error.cpp sql/sql_value.cpp sql/sql_variant.cpp sql/sql_variant.h sql/sqlite_shape.cpp
  sql/sqlite_statements.cpp sql/standard_shape.cpp sql/standard_statements.cpp sql/table_shape.cpp)
