package io.leek.sample;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a person does with the gallery, over HTTP. */
final class GalleryClient {

    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String BOUNDARY = "a-boundary-that-no-picture-holds";

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final String base;

    GalleryClient(String port) {
        base = "http://localhost:" + port;
    }

    /** Uploads a file, which must be accepted, and returns the photo's id. */
    String upload(String name, byte[] content) throws IOException, InterruptedException {
        HttpResponse<String> response = offer(name, content);
        if (response.statusCode() != 202) {
            throw new AssertionError("202 was expected, but it was " + response.statusCode() + ": " + response.body());
        }
        return json.readTree(response.body()).get("id").asString();
    }

    /** Uploads a file, whatever the answer is. */
    HttpResponse<String> offer(String name, byte[] content) throws IOException, InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/photos"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Asks for a photo, whatever the answer is. */
    HttpResponse<String> look(String id) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(base + "/photos/" + id)).build(), BodyHandlers.ofString());
    }

    JsonNode photo(String id) throws IOException, InterruptedException {
        return json.readTree(get("/photos/" + id, BodyHandlers.ofString()).body());
    }

    /** Waits until the photo's task has ended. */
    JsonNode finished(String id) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        JsonNode photo = photo(id);
        while (!photo.path("state").asString().matches("success|failed")) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("photo " + id + " did not finish: " + photo);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            photo = photo(id);
        }
        return photo;
    }

    /** The longer side of a photo's thumbnail. */
    int longerSide(String id, int size) throws IOException, InterruptedException {
        byte[] picture = get("/photos/" + id + "/thumbnails/" + size, BodyHandlers.ofByteArray())
                .body();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
        return Math.max(image.getWidth(), image.getHeight());
    }

    static byte[] picture(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.ORANGE);
        graphics.fillOval(0, 0, width, height);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    private <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        HttpResponse<T> response =
                http.send(HttpRequest.newBuilder(URI.create(base + path)).build(), handler);
        if (response.statusCode() != 200) {
            throw new AssertionError("200 was expected of " + path + ", but it was " + response.statusCode());
        }
        return response;
    }
}
