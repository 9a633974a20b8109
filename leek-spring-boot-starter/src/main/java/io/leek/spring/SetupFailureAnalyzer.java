package io.leek.spring;

import io.leek.LeekException;
import io.leek.spring.tx.Outbox;
import io.leek.spring.tx.OutboxMissingException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do about mistakes in the set-up. */
class SetupFailureAnalyzer extends AbstractFailureAnalyzer<LeekException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, LeekException cause) {
        if (cause instanceof StoreChoiceException) {
            return new FailureAnalysis(
                    cause.getMessage(),
                    "Set leek.store=file to keep tasks in a file of Leek's own (leek.server.data-dir), or give the"
                            + " application one PostgreSQL or file H2 DataSource, or mark one with @LeekDataSource.",
                    cause);
        }
        if (cause instanceof ServerMissingException) {
            return new FailureAnalysis(
                    cause.getMessage(),
                    "Add the dependency io.leek:leek-server, or set leek.mode=remote and run a companion: java -jar"
                            + " leek-server.jar app.jar",
                    cause);
        }
        if (cause instanceof OutboxMissingException) {
            return new FailureAnalysis(
                    cause.getMessage(),
                    "Add the table with the application's own migrations (a text of unlimited length is LONGTEXT on MySQL,"
                            + " CLOB on Oracle), or leave leek.outbox out:"
                            + System.lineSeparator() + System.lineSeparator() + Outbox.TABLE,
                    cause);
        }
        return null;
    }
}
