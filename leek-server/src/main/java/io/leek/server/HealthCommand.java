package io.leek.server;

import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.support.SpringApplicationJsonEnvironmentPostProcessor;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * {@code java -jar leek-server.jar health}: whether the companion that is configured as this command is takes work. The
 * configuration is looked for where the companion looks, but no application context is made: a check that runs every few
 * seconds has to be cheap.
 */
final class HealthCommand {

    private static final String NAME = "health";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int HEALTHY = 0;
    private static final int UNHEALTHY = 1;

    private HealthCommand() {}

    static boolean isMeant(String[] args) {
        return args.length > 0 && args[0].equals(NAME);
    }

    /** Prints one line, to {@code errors} where it is bad news, and returns the exit code. Takes 5 s at most. */
    static int run(String[] args, PrintStream out, PrintStream errors) {
        // Nobody has configured logging here, and Logback would write all there is to the standard output.
        LoggingSystem.get(HealthCommand.class.getClassLoader()).beforeInitialize();
        CompanionProperties companion;
        InetSocketAddress address;
        try {
            companion = Binder.get(environment(args)).bindOrCreate("leek", CompanionProperties.class);
            address = HealthCheck.of(BindAddress.parse(companion.bind().get(0)));
        } catch (RuntimeException e) {
            errors.println("The Leek server could not be asked, its configuration can't be read: " + reason(e));
            return UNHEALTHY;
        }
        if (address.getPort() == 0) {
            errors.println("The Leek server could not be asked: leek.bind="
                    + companion.bind().get(0) + " means a free port, and which one only the server knows; set a port");
            return UNHEALTHY;
        }
        String where = address.getAddress().getHostAddress() + ":" + address.getPort();
        try {
            await(new HealthCheck(address, companion.password(), TIMEOUT));
            out.println("The Leek server at " + where + " is healthy");
            return HEALTHY;
        } catch (HealthCheck.UnhealthyException e) {
            errors.println("The Leek server at " + where + " is not healthy: " + e.getMessage());
            return UNHEALTHY;
        }
    }

    /** One limit for all of it: a server may also take long over each of its answers. */
    private static void await(HealthCheck check) throws HealthCheck.UnhealthyException {
        CompletableFuture<Void> checked = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        check.run();
                        checked.complete(null);
                    } catch (Throwable e) {
                        checked.completeExceptionally(e);
                    }
                },
                "leek-health");
        thread.setDaemon(true);
        thread.start();
        try {
            checked.get(check.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw HealthCheck.UnhealthyException.late(check.timeout());
        } catch (ExecutionException e) {
            throw new HealthCheck.UnhealthyException(reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HealthCheck.UnhealthyException("the check was interrupted");
        }
    }

    /** What the companion would see: command line, environment, {@code application.properties} and what they import. */
    private static ConfigurableEnvironment environment(String[] args) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(args));
        ConfigurationPropertySources.attach(environment);
        new SpringApplicationJsonEnvironmentPostProcessor()
                .postProcessEnvironment(environment, new SpringApplication());
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        return environment;
    }

    private static String reason(Exception failure) {
        return String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
    }
}
