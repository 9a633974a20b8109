package io.leek.log;

import io.leek.task.TaskJson;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The properties that there are, from the metadata which is made for editors at build time. */
final class KnownSettings {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String PACKAGE = "io.leek.";
    private static final Pattern CAPITAL = Pattern.compile("[A-Z]");
    private static final Pattern INDEX = Pattern.compile("\\[[^]]*]$");
    private static final Pattern PUNCTUATION = Pattern.compile("[^a-z0-9]");

    /** By name without punctuation: an environment variable does not tell a dot from a dash. */
    private final Map<String, Known> byLetters = new HashMap<>();

    /** The settings that an entry of a map may have, by the map's name. */
    private final Map<String, Set<String>> entries = new HashMap<>();

    /** @param defaultValue null where there is none, or more than one */
    private record Known(String name, @Nullable String defaultValue, boolean isMap) {}

    private KnownSettings() {}

    /** Reads the metadata of Leek's own jars; what can't be read is not known. */
    static KnownSettings of(ClassLoader loader) {
        KnownSettings known = new KnownSettings();
        try {
            for (URL file : Collections.list(loader.getResources(METADATA))) {
                if (isLeeks(file.toString())) {
                    known.read(file, loader);
                }
            }
        } catch (IOException | JacksonException e) {
            return known;
        }
        return known;
    }

    /** There is one in every jar of Spring Boot's, and parsing all of them would show in the start time. */
    private static boolean isLeeks(String url) {
        int end = url.lastIndexOf('!');
        return end < 0
                ? url.contains("leek")
                : url.substring(url.lastIndexOf('/', end) + 1, end).contains("leek");
    }

    private void read(URL file, ClassLoader loader) throws IOException {
        try (InputStream json = file.openStream()) {
            for (JsonNode property : TaskJson.MAPPER.readTree(json).path("properties")) {
                String name = property.path("name").asString("");
                if (name.startsWith("leek.")) {
                    String type = property.path("type").asString("");
                    boolean isMap = type.startsWith("java.util.Map");
                    if (isMap) {
                        addEntries(name, type.substring(type.lastIndexOf(',') + 1, type.length() - 1), loader);
                    }
                    add(new Known(name, textOf(property.path("defaultValue")), isMap));
                }
            }
        }
    }

    /** The metadata ends at the map; what its entries have is told by their record. */
    private void addEntries(String map, String type, ClassLoader loader) {
        try {
            RecordComponent[] components = type.startsWith(PACKAGE)
                    ? Class.forName(type, false, loader).getRecordComponents()
                    : null;
            if (components != null) {
                Set<String> settings = entries.computeIfAbsent(map, name -> new TreeSet<>());
                Arrays.stream(components)
                        .map(one -> CAPITAL.matcher(one.getName()).replaceAll("-$0"))
                        .forEach(name -> settings.add(name.toLowerCase(Locale.ROOT)));
            }
        } catch (ClassNotFoundException | LinkageError e) {
            // Then any is taken for known.
        }
    }

    private void add(Known known) {
        byLetters.merge(letters(known.name()), known, (one, other) -> {
            boolean isSame = one.defaultValue() != null && one.defaultValue().equals(other.defaultValue());
            return isSame ? one : new Known(one.name(), null, one.isMap() || other.isMap());
        });
    }

    /** The name as it is documented, the index of a list's element included; empty for one that nobody reads. */
    Optional<String> documented(String name) {
        Known known = byLetters.get(letters(name));
        if (known != null) {
            return Optional.of(known.name() + name.substring(withoutIndex(name).length()));
        }
        boolean isEntry = nearestOfEntry(name).isEmpty()
                && byLetters.values().stream()
                        .anyMatch(map -> map.isMap() && letters(name).startsWith(letters(map.name())));
        return isEntry ? Optional.of(name) : Optional.empty();
    }

    /** One that is like none of those known may be read by another program of the same configuration. */
    private Optional<String> nearestOfEntry(String name) {
        String setting = letters(withoutIndex(name).substring(withoutIndex(name).lastIndexOf('.') + 1));
        return entries.entrySet().stream()
                .filter(map -> letters(name).startsWith(letters(map.getKey())))
                .filter(map ->
                        map.getValue().stream().noneMatch(one -> letters(name).endsWith(letters(one))))
                .flatMap(map -> map.getValue().stream()
                        .filter(one -> isLike(setting, letters(one)))
                        .map(one -> map.getKey() + ".<name>." + one))
                .findFirst();
    }

    private static boolean isLike(String setting, String known) {
        return known.startsWith(setting)
                || setting.startsWith(known)
                || distance(setting, known) <= Math.max(1, known.length() / 4);
    }

    boolean isDefault(Setting setting) {
        Known known = byLetters.get(letters(setting.name()));
        return known != null && setting.value().equals(known.defaultValue());
    }

    /** Whether other properties of the same group are known, {@code leek.worker} for example. */
    boolean hasGroupOf(String name) {
        int dot = name.lastIndexOf('.');
        String group = name.substring(0, dot + 1);
        return group.chars().filter(character -> character == '.').count() > 1
                && byLetters.values().stream().anyMatch(known -> known.name().startsWith(group));
    }

    /** The known name that was probably meant. */
    Optional<String> nearest(String name) {
        Optional<String> ofEntry = nearestOfEntry(name);
        if (ofEntry.isPresent()) {
            return ofEntry;
        }
        String letters = letters(name);
        List<String> near = new ArrayList<>();
        int least = Math.max(1, letters.length() / 8);
        for (Map.Entry<String, Known> known : byLetters.entrySet()) {
            int distance = distance(letters, known.getKey());
            if (distance < least) {
                near.clear();
                least = distance;
            }
            if (distance == least) {
                near.add(known.getValue().name());
            }
        }
        return near.stream().min(String::compareTo);
    }

    static String letters(String name) {
        return PUNCTUATION.matcher(withoutIndex(name).toLowerCase(Locale.ROOT)).replaceAll("");
    }

    private static String withoutIndex(String name) {
        return INDEX.matcher(name).replaceFirst("");
    }

    private static @Nullable String textOf(JsonNode value) {
        if (value.isArray()) {
            return value.size() == 1 ? value.get(0).asString("") : null;
        }
        return value.isMissingNode() || value.isNull() ? null : value.asString("");
    }

    /** Letters to add, drop, change or swap with their neighbour to get from one word to the other. */
    private static int distance(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                int least = Math.min(edits[i - 1][j], edits[i][j - 1]) + 1;
                edits[i][j] = Math.min(least, edits[i - 1][j - 1] + change);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[from.length()][to.length()];
    }
}
