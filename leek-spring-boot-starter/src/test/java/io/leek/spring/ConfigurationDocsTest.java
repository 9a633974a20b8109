package io.leek.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The generated metadata, which an editor shows, and the page that people read name the same properties. */
class ConfigurationDocsTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern PROPERTY = Pattern.compile("^\\| `(leek\\.[a-z.-]+)`", Pattern.MULTILINE);

    @Test
    void thePageNamesEveryPropertyThatThereIsAndNoOther() throws IOException {
        Set<String> documented = new TreeSet<>();
        Matcher rows = PROPERTY.matcher(Files.readString(PAGE));
        while (rows.find()) {
            documented.add(rows.group(1));
        }

        assertThat(documented).isEqualTo(existing());
    }

    @Test
    void everyPropertyHasADescription() throws IOException {
        for (JsonNode property : metadata()) {
            assertThat(property.path("description").asString(""))
                    .as(property.path("name").asString())
                    .endsWith(".");
        }
    }

    private static Set<String> existing() throws IOException {
        Set<String> names = new TreeSet<>();
        metadata().forEach(property -> names.add(property.path("name").asString()));
        return names;
    }

    private static Iterable<JsonNode> metadata() throws IOException {
        List<JsonNode> properties = new ArrayList<>();
        for (URL file : Collections.list(ConfigurationDocsTest.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream json = file.openStream()) {
                for (JsonNode property : new JsonMapper().readTree(json).path("properties")) {
                    if (property.path("name").asString().startsWith("leek.")) {
                        properties.add(property);
                    }
                }
            }
        }
        return properties;
    }
}
