package io.leek.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

class StoreChoiceFailureAnalyzer extends AbstractFailureAnalyzer<StoreChoiceException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StoreChoiceException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Set leek.store=file to keep tasks in a file of Leek's own (leek.server.data-dir), or give the"
                        + " application one PostgreSQL or file H2 DataSource, or mark one with @LeekDataSource.",
                cause);
    }
}
