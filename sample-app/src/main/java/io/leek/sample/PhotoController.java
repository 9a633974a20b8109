package io.leek.sample;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

/** Uploads, how far they are, and their thumbnails. */
@RestController
@RequestMapping("/photos")
class PhotoController {

    private final Uploads uploads;
    private final Gallery gallery;
    private final PhotoStatuses statuses;
    private final Pictures pictures;

    PhotoController(Uploads uploads, Gallery gallery, PhotoStatuses statuses, Pictures pictures) {
        this.uploads = uploads;
        this.gallery = gallery;
        this.statuses = statuses;
        this.pictures = pictures;
    }

    @PostMapping
    ResponseEntity<Accepted> upload(@RequestParam(required = false) @Nullable MultipartFile file) throws IOException {
        if (file == null || file.isEmpty()) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST,
                    "Send the photo as a multipart form with a part named 'file' that is not empty.");
        }
        Photo photo = uploads.accept(file);
        return ResponseEntity.accepted()
                .location(URI.create("/photos/" + photo.getId()))
                .body(new Accepted(photo.getId(), photo.taskId().orElseThrow()));
    }

    @GetMapping
    List<Listed> newest() {
        return gallery.newest().stream()
                .map(photo -> new Listed(photo.name(), photo.uploadedAt(), statuses.atAGlance(photo)))
                .toList();
    }

    @GetMapping("/{id}")
    PhotoStatus status(@PathVariable UUID id) {
        return gallery.find(id).map(statuses::of).orElseThrow(() -> notFound("There is no photo " + id + "."));
    }

    @GetMapping("/{id}/thumbnails/{size}")
    ResponseEntity<Resource> thumbnail(@PathVariable UUID id, @PathVariable int size) {
        Path picture = pictures.thumbnail(id, size)
                .orElseThrow(() -> notFound("There is no thumbnail of " + size + " pixels of photo " + id + "."));
        boolean png = picture.toString().endsWith(".png");
        return ResponseEntity.ok()
                .contentType(png ? MediaType.IMAGE_PNG : MediaType.IMAGE_JPEG)
                .cacheControl(
                        CacheControl.maxAge(Duration.ofDays(365)).cachePrivate().immutable())
                .body(new FileSystemResource(picture));
    }

    private static ResponseStatusException notFound(String detail) {
        return new ResponseStatusException(HttpStatus.NOT_FOUND, detail);
    }

    /** The answer to an upload; {@code taskId} is the id of the task that makes its thumbnails. */
    record Accepted(UUID id, String taskId) {}

    /** A photo in the list. */
    record Listed(
            String name, Instant uploadedAt, @JsonUnwrapped PhotoStatus status) {}
}
