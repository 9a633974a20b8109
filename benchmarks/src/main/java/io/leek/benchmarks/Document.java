package io.leek.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A document with a place for the figures; what people wrote around it stays. */
record Document(Path path) {

    private static final String BEGIN = "<!-- figures: written by the module benchmarks -->";
    private static final String END = "<!-- end of figures -->";

    void write(String figures) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        String before = Files.exists(path) ? Files.readString(path) : "";
        Files.writeString(path, with(before, figures));
    }

    static String with(String document, String figures) {
        String part = BEGIN + "\n\n" + figures.strip() + "\n\n" + END;
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            return document.isEmpty() ? part + "\n" : document.stripTrailing() + "\n\n" + part + "\n";
        }
        return document.substring(0, begin) + part + document.substring(end + END.length());
    }
}
