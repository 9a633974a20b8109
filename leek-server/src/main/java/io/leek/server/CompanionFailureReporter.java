package io.leek.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says in one line why the companion can't start. Applications have Spring Boot's report. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class CompanionFailureReporter implements SpringBootExceptionReporter {

    private static final Logger log = LoggerFactory.getLogger(LeekServerApplication.class);

    /** There is no context to tell by where the settings could not be read. */
    private static volatile boolean isCompanion;

    /** This process is a companion. */
    static void use() {
        isCompanion = true;
    }

    @Override
    public boolean reportException(Throwable failure) {
        if (isCompanion) {
            StartFailure.of(failure)
                    .ifPresentOrElse(
                            known -> log.error("{}", known.line()),
                            () -> log.error("The companion could not start", failure));
        }
        return isCompanion;
    }
}
