package io.leek.sample;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The system's Chromium without a window, driven by Playwright; none is downloaded. */
record Chromium(Playwright playwright, Browser browser) implements AutoCloseable {

    private static final List<String> COMMANDS = List.of("chromium", "chromium-browser", "google-chrome");
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox", // as root Chromium does not start with one
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run");

    /** How to get one, for where {@link #start()} is empty. */
    static String missing() {
        return "No Chromium: none of %s is on the PATH. Install it, on Debian with 'apt-get install chromium'."
                .formatted(COMMANDS);
    }

    /** Starts it; empty where there is none. */
    static Optional<Chromium> start() {
        return find().map(Chromium::start);
    }

    private static Chromium start(Path executable) {
        Playwright playwright =
                Playwright.create(new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            LaunchOptions options = new LaunchOptions()
                    .setExecutablePath(executable)
                    .setHeadless(true)
                    .setArgs(ARGUMENTS);
            return new Chromium(playwright, playwright.chromium().launch(options));
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try (playwright) {
            browser.close();
        }
    }

    private static Optional<Path> find() {
        List<String> folders = Arrays.asList(System.getenv("PATH").split(File.pathSeparator));
        Stream<Path> onPath =
                COMMANDS.stream().flatMap(command -> folders.stream().map(folder -> Path.of(folder, command)));
        return Stream.concat(Stream.of(Path.of("/usr/bin/chromium")), onPath)
                .filter(Files::isExecutable)
                .findFirst();
    }
}
