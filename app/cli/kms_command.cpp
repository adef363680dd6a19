// SPDX-License-Identifier: Apache-2.0
// keyturn-cli kms <operation>: the AWS CLI's command over a vault or an endpoint.
#include "aws/operation_options.h"
#include "aws/parameters.h"
#include "aws/python_json.h"
#include "aws/reply_value.h"
#include "aws/request_builder.h"
#include "aws/skeleton.h"
#include "base/text.h"
#include "commands.h"
#include "console.h"
#include "kms/call.h"
#include "kms/error_text.h"
#include "kms/option_name.h"
#include "kms_files.h"
#include "output.h"
#include "paging.h"
#include "policy_hints.h"
#include "progress_line.h"
#include "target.h"

#include <algorithm>
#include <cstdlib>

namespace keyturn::cli {
namespace {

/// What one call needs, found before anything is opened.
struct Call {
    const kms::OperationInfo &operation;
    const CommandLine &line;
    ParsedArguments arguments;
    aws::Value::Map parameters;
    OutputForm form;
    aws::BinaryFormat binaryFormat = aws::BinaryFormat::Base64;
    PageOptions pages;
    bool paginate = false;
    KmsFiles files;
};

ExitOutcome printHelp(const std::string &text) {
    printOut(text);
    return exitOk;
}

std::string operationHelp(const kms::OperationInfo &operation) {
    const auto options = aws::operationOptions(operation, {});
    return "keyturn-cli kms " + kms::optionName(operation.name) + " [options]\n\n" + optionHelp(options) +
           optionHelp(fileOptions(operation)) + "\nOptions of every command:\n" + optionHelp(globalOptions());
}

std::string operationList() {
    std::string text = "keyturn-cli kms <operation> [options]\n\nOperations:\n";
    for (const std::string &name : aws::operationCliNames()) {
        text += name == "help" ? "" : "  " + name + "\n";
    }
    return text + "\nkeyturn-cli kms <operation> help lists the options of one.\n";
}

/// The rest of a command line that belongs to the operation. A word without an option is refused.
Outcome<ParsedArguments> parseOperation(const kms::OperationInfo &operation,
                                        std::span<const std::string> words) {
    auto options = aws::operationOptions(operation, words);
    const auto extra = fileOptions(operation);
    options.insert(options.end(), extra.begin(), extra.end());
    const ArgumentParser parser(usageText(), options, PositionalSpec{"help", false, {}});
    auto parsed = parser.parse(words);
    if (!parsed) {
        return failureFrom(parsed);
    }
    std::vector<std::string> unknown = parsed->extras;
    if (parsed->positional) {
        unknown.push_back(*parsed->positional);
    }
    if (!unknown.empty()) {
        return usageFailure("usage: " + usageText().substr(7) + "\nUnknown options: " + join(unknown, ", ") +
                            "\n");
    }
    return parsed;
}

Outcome<std::monostate> readPaging(Call &call) {
    if (!aws::isPaged(call.operation)) {
        return std::monostate();
    }
    const bool byHand = call.arguments.has("Marker") || call.arguments.has("Limit");
    call.paginate = !byHand && !call.line.globals.has("no-paginate");
    call.pages.startingToken = call.arguments.optional("starting-token");
    call.pages.pageSize = pythonInteger(call.arguments.value("page-size"));
    call.pages.maxItems = pythonInteger(call.arguments.value("max-items"));
    if (!call.paginate) {
        std::vector<std::string> given;
        for (const char *option : {"starting-token", "page-size", "max-items"}) {
            if (!call.arguments.value(option).empty() && call.arguments.value(option) != "0") {
                given.push_back(std::string("--") + option);
            }
        }
        if (!given.empty()) {
            return usageFailure("Cannot specify --no-paginate along with pagination arguments: " +
                                join(given, ", "));
        }
    }
    return std::monostate();
}

/// JSON input may name page members, which turns following pages off as well.
void noteHandMadePages(Call &call) {
    for (const auto &[name, value] : call.parameters) {
        call.paginate = call.paginate && name != "Marker" && name != "Limit";
    }
}

Outcome<OutputFormat> formatNamed(std::string_view name) {
    const auto format = outputFormatFromName(name);
    return format ? Outcome<OutputFormat>(*format)
                  : failure(exitGeneral, "Unknown output type: " + std::string(name));
}

/// The option, then the environment; a profile of the AWS files may say it too (applySettings).
std::string_view namedFormat(const CommandLine &line) {
    const char *preset = std::getenv("AWS_DEFAULT_OUTPUT");
    return line.globals.has("output") ? line.globals.value("output")
           : preset != nullptr        ? std::string_view(preset)
                                      : std::string_view();
}

Outcome<OutputForm> outputForm(const kms::OperationInfo &operation, const CommandLine &line) {
    OutputForm form;
    form.title = operation.name;
    form.colour = line.globals.value("color");
    if (const std::string_view name = namedFormat(line); !name.empty()) {
        const auto format = formatNamed(name);
        if (!format) {
            return tl::unexpected<Failure>(format.error());
        }
        form.format = *format;
    }
    if (const auto expression = line.globals.optional("query")) {
        auto query = aws::jmespath::Query::compile(*expression);
        if (!query) {
            return usageFailure("Bad value for --query " + *expression + ": " + query.error().detail);
        }
        form.query = std::move(*query);
    }
    return form;
}

Outcome<std::monostate> applySettings(Call &call, const Target &target) {
    const std::string_view given = call.line.globals.value("cli-binary-format");
    const std::string_view format = given.empty() ? std::string_view(target.binaryFormat) : given;
    call.binaryFormat =
        format == "raw-in-base64-out" ? aws::BinaryFormat::RawInBase64Out : aws::BinaryFormat::Base64;
    if (namedFormat(call.line).empty() && !target.output.empty()) {
        const auto preferred = formatNamed(target.output);
        if (!preferred) {
            return tl::unexpected<Failure>(preferred.error());
        }
        call.form.format = *preferred;
    }
    return std::monostate();
}

/// What the console also says: which key, which Region.
void addCircumstances(Failure &failure, const kms::AnyRequest &request, const Target &target) {
    if (!failure.error || failure.error->serviceCode.empty()) {
        return;
    }
    const kms::ErrorText words = kms::describe(
        *failure.error, {.request = &request, .profile = {}, .region = target.region, .accountId = {}});
    if (words.nextStep.empty() && words.policyStatement.empty()) {
        return;
    }
    failure.hints.clear();
    const bool bare = failure.error->serviceMessage.empty() && !failure.error->serviceCode.empty();
    if (bare && !words.explanation.empty()) {
        failure.hints.push_back(words.explanation);
    }
    if (!words.nextStep.empty()) {
        failure.hints.push_back(words.nextStep);
    }
    if (!words.policyStatement.empty()) {
        failure.hints.push_back("A policy statement that would allow it:\n" + words.policyStatement);
    }
}

Outcome<kms::AnyReply> send(const Call &call, const OpenTarget &open, const Target &target,
                            kms::AnyRequest request) {
    kms::CallContext context;
    context.principal.program = "cli";
    auto reply = kms::submitAndWait(*open.service, std::move(request), std::move(context));
    if (!reply) {
        Failure failed = callFailure(std::move(reply.error()), target);
        if (const auto same = aws::buildRequest(call.operation, call.parameters, call.binaryFormat)) {
            addCircumstances(failed, *same, target);
        }
        return tl::unexpected<Failure>(std::move(failed));
    }
    return std::move(*reply);
}

ExitOutcome runPaged(const Call &call, const OpenTarget &open, const Target &target) {
    const auto callOnce = [&](aws::Value::Map parameters) -> Outcome<aws::Value> {
        auto request = aws::buildRequest(call.operation, std::move(parameters), call.binaryFormat);
        if (!request) {
            return failureFrom(request);
        }
        auto reply = send(call, open, target, std::move(*request));
        if (!reply) {
            return failureFrom(reply);
        }
        return aws::replyValue(call.operation.reply, reply->object());
    };
    const std::string name(call.operation.paging.items);
    aws::Value::List all;
    bool any = false;
    ProgressLine progress;
    const auto collect = [&](const aws::Value &page, const aws::Value &items) -> Outcome<std::monostate> {
        if (call.form.isStreamed()) {
            return printPage(call.form.format == OutputFormat::Text ? aws::Value::map({{name, items}}) : page,
                             call.form);
        }
        if (items.isList()) {
            // The first page may be all there is: nothing is said of it.
            if (any) {
                progress.show(std::to_string(all.size() + items.asList().size()) + " so far");
            }
            any = true;
            all.insert(all.end(), items.asList().begin(), items.asList().end());
        }
        return std::monostate();
    };
    auto token = followPages(call.operation.paging, call.parameters, call.pages, callOnce, collect);
    progress.clear();
    if (!token) {
        return failureFrom(token);
    }
    Outcome<std::monostate> printed = std::monostate();
    if (!call.form.isStreamed()) {
        aws::Value::Map result;
        if (any) {
            result.emplace_back(name, aws::Value::list(std::move(all)));
        }
        if (*token) {
            result.emplace_back("NextToken", aws::Value::text(**token));
        }
        printed = printValue(aws::Value::map(std::move(result)), call.form);
    } else if (*token && call.form.format == OutputFormat::Text) {
        const auto inner = aws::Value::map({{"NextToken", aws::Value::text(**token)}});
        printed = printValue(aws::Value::map({{"NextToken", inner}}), call.form);
    }
    return printed ? ExitOutcome(exitOk) : failureFrom(printed);
}

ExitOutcome runOnce(const Call &call, const OpenTarget &open, const Target &target, kms::AnyRequest request) {
    const RecordDraft draft(call.operation, request);
    const std::string hints = policyHints(request);
    auto reply = send(call, open, target, std::move(request));
    if (!reply) {
        return failureFrom(reply);
    }
    auto written = writeKmsFiles(call.files, call.operation, *reply, draft);
    if (!written) {
        return failureFrom(written);
    }
    auto printed = printValue(aws::replyValue(call.operation.reply, reply->object()), call.form);
    if (!printed) {
        return failureFrom(printed);
    }
    printError(hints);
    return exitOk;
}

ExitOutcome runCall(Call &call, Runtime &runtime) {
    auto target = findTarget(call.line);
    if (!target) {
        return failureFrom(target);
    }
    if (auto applied = applySettings(call, *target); !applied) {
        return failureFrom(applied);
    }
    auto request = aws::buildRequest(call.operation, call.parameters, call.binaryFormat);
    if (!request) {
        return failureFrom(request);
    }
    auto open = openTarget(*target, call.line, runtime);
    if (!open) {
        return failureFrom(open);
    }
    auto done =
        call.paginate ? runPaged(call, *open, *target) : runOnce(call, *open, *target, std::move(*request));
    open->service.reset();
    if (open->vault) {
        auto locked = open->vault->lock();
        if (!locked && done) {
            return failureFrom(locked);
        }
    }
    return done;
}

/// A sample of the answer is printed as an answer would be; samples of the input have their own form.
ExitOutcome printSkeleton(const Call &call, std::string_view wanted) {
    if (wanted == "output") {
        auto printed = printValue(aws::skeleton(call.operation.reply, aws::SkeletonOf::Output), call.form);
        return printed ? ExitOutcome(exitOk) : failureFrom(printed);
    }
    SecretText text;
    if (wanted == "yaml-input") {
        aws::printYamlSkeleton(call.operation.request, text);
    } else {
        aws::printJson(aws::skeleton(call.operation.request, aws::SkeletonOf::Input), text);
        text.append('\n');
    }
    return printHelp(std::string(text.view()));
}

ExitOutcome runOperation(const kms::OperationInfo &operation, const CommandLine &line,
                         std::span<const std::string> words, Runtime &runtime) {
    if (words.size() == 1 && words.front() == "help") {
        return printHelp(operationHelp(operation));
    }
    auto form = outputForm(operation, line);
    if (!form) {
        return failureFrom(form);
    }
    auto arguments = parseOperation(operation, words);
    if (!arguments) {
        return failureFrom(arguments);
    }
    Call call{operation, line, std::move(*arguments), {}, std::move(*form), {}, {}, false, {}};
    if (auto paging = readPaging(call); !paging) {
        return failureFrom(paging);
    }
    auto files = findKmsFiles(operation, call.arguments);
    if (!files) {
        return failureFrom(files);
    }
    call.files = std::move(*files);
    auto parameters = aws::callParameters(operation, call.arguments);
    if (!parameters) {
        return failureFrom(parameters);
    }
    call.parameters = std::move(*parameters);
    noteHandMadePages(call);
    if (const auto wanted = call.arguments.optional("generate-cli-skeleton")) {
        return printSkeleton(call, *wanted);
    }
    return runCall(call, runtime);
}

} // namespace

ExitOutcome runKms(const CommandLine &line, Runtime &runtime) {
    const ArgumentParser parser(usageText(), {}, PositionalSpec{"operation", true, aws::operationCliNames()});
    auto parsed = parser.parse(line.words);
    if (!parsed) {
        return failureFrom(parsed);
    }
    if (*parsed->positional == "help") {
        return printHelp(operationList());
    }
    return runOperation(*aws::findOperationByCliName(*parsed->positional), line, parsed->extras, runtime);
}

} // namespace keyturn::cli
