package io.leek.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;

/** The one line about what is set: every property that is not at its default, and names that nobody reads. */
public final class SettingsLine {

    private static final int MAX_VALUE = 200;

    private final List<String> set = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();

    /**
     * Says what is set, as a warning where a name is unknown; nothing where nothing is set.
     *
     * @param settings the ones that take precedence first
     * @param metadata where the metadata of Leek's jars is found
     */
    public static void say(List<Setting> settings, ClassLoader metadata, Logger log) {
        if (!settings.isEmpty()) {
            new SettingsLine(settings, KnownSettings.of(metadata)).say(log);
        }
    }

    SettingsLine(List<Setting> settings, KnownSettings known) {
        Set<String> seen = new HashSet<>();
        for (Setting setting : settings) {
            Optional<String> documented = known.documented(setting.name());
            String index = setting.name().endsWith("]")
                    ? setting.name().substring(setting.name().lastIndexOf('['))
                    : "";
            if (!seen.add(KnownSettings.letters(setting.name()) + index)) {
                continue;
            }
            if (documented.isEmpty()) {
                addUnknown(setting, known);
            } else if (!known.isDefault(setting)) {
                set.add("%s=%s (%s)".formatted(documented.get(), shown(setting), setting.origin()));
            }
        }
    }

    void say(Logger log) {
        String settings = "Leek's settings: " + (set.isEmpty() ? "all at their defaults" : String.join(", ", set));
        if (!unknown.isEmpty()) {
            log.warn("{}. No such property: {}", settings, String.join(", ", unknown));
        } else if (!set.isEmpty()) {
            log.info("{}", settings);
        }
    }

    private void addUnknown(Setting setting, KnownSettings known) {
        Optional<String> nearest = known.nearest(setting.name());
        if (nearest.isPresent()) {
            unknown.add("%s (%s), did you mean %s?".formatted(setting.name(), setting.origin(), nearest.get()));
        } else if (!setting.fromEnvironment() && known.hasGroupOf(setting.name())) {
            unknown.add("%s (%s)".formatted(setting.name(), setting.origin()));
        }
    }

    private static String shown(Setting setting) {
        String masked = Secrets.masked(setting.name(), setting.value()).replaceAll("\\p{Cntrl}", " ");
        return masked.length() <= MAX_VALUE ? masked : masked.substring(0, MAX_VALUE) + "…";
    }
}
