// SPDX-License-Identifier: Apache-2.0
// Carries the precompiled header that all targets below ui/ reuse; it holds no code.
