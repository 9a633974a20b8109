package io.leek.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Kubernetes gives the containers beside a service named leek the address of that service in {@code LEEK_PORT}. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class PortFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        var property = cause.getProperty();
        if (property == null
                || !property.getName().toString().equals("leek.port")
                || !String.valueOf(property.getValue()).startsWith("tcp://")) {
            return null;
        }
        return new FailureAnalysis(
                "leek.port is '" + property.getValue() + "', which is no port. It comes from the environment variable"
                        + " LEEK_PORT that Kubernetes sets beside a service named 'leek'.",
                "Give the service another name, set enableServiceLinks: false in the pod's specification, or set"
                        + " leek.port where it takes precedence over the environment.",
                cause);
    }
}
