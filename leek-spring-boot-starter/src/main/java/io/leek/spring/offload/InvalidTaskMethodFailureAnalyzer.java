package io.leek.spring.offload;

import io.leek.spring.offload.InvalidTaskMethodException.Problem;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which task methods stopped the application, and what to do about each. */
class InvalidTaskMethodFailureAnalyzer extends AbstractFailureAnalyzer<InvalidTaskMethodException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidTaskMethodException cause) {
        return new FailureAnalysis(
                "Not every @LeekTask method can be offloaded:\n\n"
                        + lines(cause, problem -> problem.method() + " " + problem.reason() + "."),
                lines(cause, Problem::action),
                cause);
    }

    private static String lines(InvalidTaskMethodException cause, Function<Problem, String> line) {
        return cause.problems().stream()
                .map(line)
                .distinct()
                .map(text -> "    - " + text)
                .collect(Collectors.joining("\n"));
    }
}
