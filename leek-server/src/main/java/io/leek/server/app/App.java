package io.leek.server.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;

/** What runs as the worker process. */
public sealed interface App permits AppJar, AppCommand {

    /** The name by which the log calls it. */
    String name();

    /** The program to start, and its arguments. */
    List<String> commandLine();

    /**
     * What the process finds in its environment, over and above what every worker does.
     *
     * @param address where the server is, as host:port
     */
    Map<String, String> environment(String address, @Nullable String password);

    /** Whether it reads the word {@code stop} from its standard input. */
    boolean hearsStop();

    /** Whether it has to join to be of use. A worker in another language never joins. */
    boolean hasToJoin();

    /**
     * The application that the settings name, found to be there.
     *
     * @param arguments of the companion's command line; the first stands for {@code leek.app.jar}
     * @return null where there is none to start
     * @throws AppFailedException where it can't be started
     * @throws MutuallyExclusiveConfigurationPropertiesException where they name two
     */
    static @Nullable App of(AppProperties properties, List<String> arguments) {
        Path jar = properties.jar() != null || arguments.isEmpty() ? properties.jar() : Path.of(arguments.get(0));
        List<String> command = properties.command();
        if (!command.isEmpty()) {
            onlyTheCommand(
                    jar != null,
                    !properties.args().isEmpty(),
                    !properties.jvmArgs().isEmpty());
            return AppCommand.find(command);
        }
        return jar == null ? null : AppJar.find(jar, properties.jvmArgs(), properties.args());
    }

    private static void onlyTheCommand(boolean jar, boolean args, boolean jvmArgs) {
        if (jar || args || jvmArgs) {
            String other = jar ? "leek.app.jar (or the first argument)" : args ? "leek.app.args" : "leek.app.jvm-args";
            List<String> both = List.of("leek.app.command", other);
            throw new MutuallyExclusiveConfigurationPropertiesException(both, both);
        }
    }
}
