package io.leek.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskFailedException;
import io.leek.TaskHandle;
import io.leek.guide.Context.Mails;
import io.leek.guide.Context.Report;
import io.leek.guide.Context.Reports;
import io.leek.spring.LeekAutoConfiguration;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

/** The Java code of the documents compiles as it is printed, and runs. */
class GuideTests {

    private static final Path DOCS = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern JAVA = Pattern.compile("^```java\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    private static ConfigurableApplicationContext application;

    @BeforeAll
    static void start(@TempDir Path folder) {
        application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(Map.of("leek.server.data-dir", folder.toString(), "spring.main.banner-mode", "off"))
                .run();
        Leek leek = application.getBean(Leek.class);
        Mails mails = application.getBean(Mails.class);
        Reports reports = application.getBean(Reports.class);
        TaskHandle<Report> report = leek.offload(() -> reports.build(6));
        TaskHandle<?> failed = leek.offload(() -> mails.send(1));
        assertThatThrownBy(() -> failed.await(Duration.ofSeconds(60))).isInstanceOf(TaskFailedException.class);
        Context.given =
                new Context.Given(leek, application.getBean(Context.Mailer.class), mails, reports, report, failed.id());
    }

    @AfterAll
    static void stop() {
        application.close();
        Context.given = null;
    }

    static Stream<Snippet> theCodeOfTheDocumentsRuns() throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        for (String document : List.of("README.md", "docs/guide.md")) {
            String text = Files.readString(DOCS.resolve(document));
            Matcher java = JAVA.matcher(text);
            while (java.find()) {
                long line = text.substring(0, java.start()).lines().count() + 1;
                snippets.add(new Snippet(document + ":" + line, java.group(1)));
            }
        }
        return snippets.stream();
    }

    @ParameterizedTest
    @MethodSource
    void theCodeOfTheDocumentsRuns(Snippet snippet, @TempDir Path classes) throws Exception {
        compile(snippet, classes);

        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> compiled = loader.loadClass("io.leek.guide.Snippet");
            if (hasTaskMethods(compiled)) {
                // What is said in annotations is checked at start.
                new SpringApplicationBuilder(Start.class, compiled)
                        .resourceLoader(new DefaultResourceLoader(loader))
                        .web(WebApplicationType.NONE)
                        .properties(Map.of(
                                "leek.mode", "inline", "mail.longest-delay", "1h", "spring.main.banner-mode", "off"))
                        .run()
                        .close();
            }
            Constructor<?> constructor = compiled.getDeclaredConstructor();
            constructor.setAccessible(true);
            ((Context) constructor.newInstance()).run();
        }
    }

    private static boolean hasTaskMethods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods()).anyMatch(method -> method.isAnnotationPresent(LeekTask.class));
    }

    private static void compile(Snippet snippet, Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options = List.of(
                "-d",
                classes.toString(),
                "-proc:none",
                "-parameters",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));

        Boolean compiled = compiler.getTask(said, null, null, options, null, List.of(snippet.source()))
                .call();

        assertThat(compiled).as("%s%n%s", snippet.where(), said).isTrue();
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration(LeekAutoConfiguration.class)
    static class Start {}

    record Snippet(String where, String code) {

        private static final String FRAME = """
                package io.leek.guide;

                import static org.assertj.core.api.Assertions.*;
                import static org.mockito.Mockito.*;

                import io.leek.*;
                import io.leek.task.*;
                import java.time.*;
                import java.util.*;
                import java.util.concurrent.*;
                import org.junit.jupiter.api.Test;
                import org.springframework.boot.test.context.SpringBootTest;
                import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
                import org.springframework.stereotype.Service;
                import org.springframework.test.context.bean.override.mockito.MockitoBean;
                import org.springframework.transaction.annotation.Transactional;

                public class Snippet extends Context {

                    MEMBERS;

                    @Override
                    public void run() throws Exception {
                        STATEMENTS;
                    }
                }
                """;

        /** Members stay members, statements become a method's body, and a body left out throws. */
        JavaFileObject source() {
            StringBuilder members = new StringBuilder();
            StringBuilder statements = new StringBuilder();
            for (String part : parts()) {
                boolean isMember =
                        Stream.of("@", "class ", "public ", "private ").anyMatch(part::startsWith);
                (isMember ? members : statements).append(part).append('\n');
            }
            String source = FRAME.replace("MEMBERS;", members)
                    .replace("STATEMENTS;", statements)
                    .replace("{ … }", "{ throw new UnsupportedOperationException(); }");
            return new SimpleJavaFileObject(
                    URI.create("string:///io/leek/guide/Snippet.java"), JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                    return source;
                }
            };
        }

        /** At blank lines outside of braces. */
        private List<String> parts() {
            List<String> parts = new ArrayList<>();
            StringBuilder part = new StringBuilder();
            long depth = 0;
            for (String line : code.lines().toList()) {
                if (line.isBlank() && depth == 0) {
                    parts.add(part.toString());
                    part.setLength(0);
                } else {
                    depth += line.chars().filter(c -> c == '{').count()
                            - line.chars().filter(c -> c == '}').count();
                    part.append(line).append('\n');
                }
            }
            parts.add(part.toString());
            return parts;
        }

        @Override
        public String toString() {
            return where;
        }
    }
}
