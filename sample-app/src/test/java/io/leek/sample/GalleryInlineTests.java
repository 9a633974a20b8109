package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.jayway.jsonpath.JsonPath;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.MockMvc;

/** In inline mode a task has run when {@code offload} returns: nothing to wait for, no server, no worker. */
@SpringBootTest(properties = "leek.mode=inline")
@AutoConfigureMockMvc
class GalleryInlineTests {

    @TempDir
    private static Path folder;

    @Autowired
    private MockMvc mvc;

    @DynamicPropertySource
    static void folder(DynamicPropertyRegistry registry) {
        registry.add("sample.data-dir", folder::toString);
    }

    @Test
    void anUploadedPictureHasItsThumbnailsAtOnce() throws Exception {
        MockMultipartFile file = new MockMultipartFile("file", "cat.jpg", null, TestPictures.jpeg(1600, 1200));

        String accepted = mvc.perform(multipart("/photos").file(file))
                .andExpect(status().isAccepted())
                .andReturn()
                .getResponse()
                .getContentAsString();

        String id = JsonPath.read(accepted, "$.id");
        mvc.perform(get("/photos/{id}", id))
                .andExpect(jsonPath("$.state").value("success"))
                .andExpect(jsonPath("$.thumbnails.length()").value(3));
        byte[] thumbnail = mvc.perform(get("/photos/{id}/thumbnails/200", id))
                .andExpect(content().contentType(MediaType.IMAGE_JPEG))
                .andReturn()
                .getResponse()
                .getContentAsByteArray();
        assertThat(thumbnail).isNotEmpty();
    }
}
