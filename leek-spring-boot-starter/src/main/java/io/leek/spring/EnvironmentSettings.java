package io.leek.spring;

import io.leek.log.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/** The {@code leek.*} properties that somebody has set, and where. */
final class EnvironmentSettings {

    private static final ConfigurationPropertyName LEEK = ConfigurationPropertyName.of("leek");

    private EnvironmentSettings() {}

    static List<Setting> of(Environment environment) {
        List<Setting> settings = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource names) {
                names.stream()
                        .filter(LEEK::isAncestorOf)
                        .map(source::getConfigurationProperty)
                        .forEach(property -> add(settings, property));
            }
        }
        return settings;
    }

    private static void add(List<Setting> settings, @Nullable ConfigurationProperty property) {
        if (property != null) {
            Origin origin = property.getOrigin();
            Origin first = origin instanceof PropertySourceOrigin wrapped ? wrapped.getOrigin() : origin;
            settings.add(new Setting(
                    property.getName().toString(),
                    String.valueOf(property.getValue()),
                    where(first, property.getSource()),
                    first instanceof SystemEnvironmentOrigin));
        }
    }

    private static String where(@Nullable Origin origin, @Nullable ConfigurationPropertySource source) {
        if (origin instanceof SystemEnvironmentOrigin variable) {
            return "environment " + variable.getProperty();
        }
        if (origin instanceof TextResourceOrigin text
                && text.getResource() != null
                && text.getResource().getFilename() != null) {
            return text.getResource().getFilename();
        }
        String name = source != null && source.getUnderlyingSource() instanceof PropertySource<?> underlying
                ? underlying.getName()
                : "unknown";
        return switch (name) {
            case "commandLineArgs" -> "command line";
            case "systemProperties" -> "system property";
            default -> name;
        };
    }
}
