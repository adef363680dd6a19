# SPDX-License-Identifier: Apache-2.0
set(reencrypt_documents_headers documents/document.h json_scan.h)
set(reencrypt_documents_sources
  json_reader.cpp json_scan.cpp json_text.cpp
  documents/blob_tokens.cpp documents/contexts.cpp documents/document.cpp documents/file_document.cpp
  documents/hcl_context.cpp documents/json_items.cpp documents/json_kinds.cpp documents/json_slot.cpp
  documents/look.cpp documents/parquet_document.cpp documents/pulumi_document.cpp documents/slot_document.cpp
  documents/sops_entry.cpp documents/sops_json.cpp documents/sops_lines.cpp documents/sops_yaml.cpp
  documents/text_document.cpp documents/yaml_slot.cpp documents/yaml_text.cpp)
