// SPDX-License-Identifier: Apache-2.0
// UniqueFunction<R(Args...)>: a callable that moves but never copies (std::move_only_function is C++23).
// Calling an empty one is a programming fault (assert).
#pragma once

#include <cassert>
#include <memory>
#include <type_traits>
#include <utility>

namespace keyturn::inline base {

template <class Signature>
class UniqueFunction;

template <class R, class... Args>
class UniqueFunction<R(Args...)> {
public:
    UniqueFunction() = default;
    UniqueFunction(std::nullptr_t) {}

    template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, UniqueFunction> &&
             std::is_invocable_r_v<R, std::decay_t<F> &, Args...>) UniqueFunction(F &&callable)
        : m_holder(std::make_unique<Holder<std::decay_t<F>>>(std::forward<F>(callable))) {}

    R operator()(Args... args) {
        assert(m_holder);
        return m_holder->invoke(std::forward<Args>(args)...);
    }
    explicit operator bool() const { return m_holder != nullptr; }

private:
    struct Base {
        virtual ~Base() = default;
        virtual R invoke(Args... args) = 0;
    };
    template <class F>
    struct Holder final : Base {
        template <class G>
        explicit Holder(G &&g)
            : callable(std::forward<G>(g)) {}
        R invoke(Args... args) override { return callable(std::forward<Args>(args)...); }
        F callable;
    };
    std::unique_ptr<Base> m_holder;
};

} // namespace keyturn::inline base
