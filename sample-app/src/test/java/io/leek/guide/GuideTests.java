package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java code of the documents compiles as it is printed, beside the classes of {@code guide/Context.java.txt}. */
class GuideTests {

    private static final Path DOCS = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern JAVA = Pattern.compile("^```java\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    @TempDir
    private Path classes;

    static Stream<Snippet> theCodeOfTheDocumentsCompiles() throws IOException {
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
    void theCodeOfTheDocumentsCompiles(Snippet snippet) throws IOException {
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

    record Snippet(String where, String code) {

        /** Members stay members, statements become a method's body, and a body left out throws. */
        JavaFileObject source() throws IOException {
            StringBuilder members = new StringBuilder();
            StringBuilder statements = new StringBuilder();
            for (String part : parts()) {
                boolean isMember = part.startsWith("@") || part.startsWith("class ") || part.startsWith("public ");
                (isMember ? members : statements).append(part).append('\n');
            }
            String source = Files.readString(Path.of("src/test/resources/guide/Context.java.txt"))
                    .replace("MEMBERS;", members)
                    .replace("STATEMENTS;", statements)
                    .replace("{ … }", "{ throw new UnsupportedOperationException(); }");
            return new SimpleJavaFileObject(URI.create("string:///Context.java"), JavaFileObject.Kind.SOURCE) {
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
