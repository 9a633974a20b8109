package io.leek.server;

import io.leek.LeekException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do when the server inside an application can't start. */
class ServerFailureAnalyzer extends AbstractFailureAnalyzer<LeekException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, LeekException cause) {
        return StartFailure.of(cause)
                .map(failure -> new FailureAnalysis(failure.message(), failure.action(), cause))
                .orElse(null);
    }
}
