// SPDX-License-Identifier: Apache-2.0
// How tightly a token binds what stands left of it. Private to the folder.
#pragma once

#include "aws/jmespath/lexer.h"

namespace keyturn::cli::aws::jmespath {

/// What binds less ends a projection.
inline constexpr int projectionStop = 10;

inline int bindingPower(TokenType type) {
    switch (type) {
    case TokenType::Pipe:
        return 1;
    case TokenType::Or:
        return 2;
    case TokenType::And:
        return 3;
    case TokenType::Eq:
    case TokenType::Gt:
    case TokenType::Lt:
    case TokenType::Gte:
    case TokenType::Lte:
    case TokenType::Ne:
        return 5;
    case TokenType::Flatten:
        return 9;
    case TokenType::Star:
        return 20;
    case TokenType::Filter:
        return 21;
    case TokenType::Dot:
        return 40;
    case TokenType::Not:
        return 45;
    case TokenType::Lbrace:
        return 50;
    case TokenType::Lbracket:
        return 55;
    case TokenType::Lparen:
        return 60;
    default:
        return 0;
    }
}

} // namespace keyturn::cli::aws::jmespath
