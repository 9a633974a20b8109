"use strict";

const MAX_BYTES = 20 * 1024 * 1024;
const POLL_MILLIS = 500;
const LABELS = { uploading: "uploading", queued: "in the queue", success: "", failed: "failed" };

const form = document.getElementById("upload");
const input = document.getElementById("file");
const list = document.getElementById("photos");
const empty = document.getElementById("empty");
const notice = document.getElementById("notice");
const announcement = document.getElementById("status");

const waiting = new Map(); // the photos whose task has not ended: id to card
let polling = false;

class Card {
  constructor(name) {
    this.name = name;
    this.element = document.createElement("li");
    this.picture = element("div", "picture");
    this.state = element("span", "state");
    const label = element("span", "name", name);
    label.title = name;
    const caption = element("div", "caption");
    caption.append(label, this.state);
    this.element.append(this.picture, caption);
    this.show({ state: "uploading", thumbnails: [] });
  }

  show(photo) {
    const { done, of } = photo.progress ?? {};
    this.state.textContent = of > 0 ? `${done} of ${of} made` : LABELS[photo.state];
    if (this.shown === photo.state) return;
    this.shown = photo.state;
    this.element.className = photo.state;
    if (photo.state === "success") {
      this.picture.replaceChildren(this.link(photo.thumbnails));
    } else if (photo.state === "failed") {
      this.picture.replaceChildren(element("p", "", photo.error));
    } else if (!this.picture.querySelector(".spinner")) {
      this.picture.replaceChildren(element("div", "spinner"));
    }
  }

  link(thumbnails) {
    const url = (size) => thumbnails.find((thumbnail) => thumbnail.size === size)?.url;
    const image = new Image();
    image.alt = this.name;
    image.addEventListener("load", () => {
      this.picture.classList.toggle("small", Math.max(image.naturalWidth, image.naturalHeight) < 200);
    });
    image.src = url(400);
    image.srcset = `${url(400)} 1x, ${url(800)} 2x`;
    const link = document.createElement("a");
    link.href = url(800);
    link.append(image);
    return link;
  }
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function complain(text) {
  notice.textContent = text ?? "";
  notice.hidden = !text;
}

async function request(url, options) {
  const answer = await fetch(url, options).catch(() => {
    throw new Error("The gallery can't be reached.");
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const error = new Error(body.detail ?? `The gallery answered ${answer.status}.`);
    error.status = answer.status;
    throw error;
  }
  return body;
}

async function upload(file) {
  const card = new Card(file.name);
  list.prepend(card.element);
  empty.hidden = true;
  if (file.size > MAX_BYTES) {
    refuse(card, "This file is larger than 20 MB.");
    return;
  }
  const body = new FormData();
  body.append("file", file);
  await earlier; // a list that comes after the upload would have the photo a second time
  try {
    const { id } = await request("photos", { method: "POST", body });
    card.show({ state: "queued" });
    waiting.set(id, card);
    poll();
  } catch (error) {
    refuse(card, error.message);
  }
}

function refuse(card, error) {
  card.show({ state: "failed", error });
  announce(card, error);
}

function announce(card, text) {
  announcement.textContent = `${card.name}: ${text}`;
}

async function uploadAll(files) {
  complain();
  for (const file of files) await upload(file); // one after the other, so that none waits for all
}

async function poll() {
  if (polling) return;
  polling = true;
  while (waiting.size > 0) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    await Promise.all([...waiting.keys()].map(ask)).then(() => complain(), (error) => complain(error.message));
  }
  polling = false;
}

async function ask(id) {
  const card = waiting.get(id);
  const photo = await request(`photos/${id}`).catch((error) => {
    if (error.status === 404) return { state: "failed", error: "This photo is no longer in the gallery." };
    throw error;
  });
  card.show(photo);
  if (photo.state === "queued") return;
  waiting.delete(id);
  announce(card, photo.state === "success" ? "done" : photo.error);
}

async function showEarlier() {
  try {
    const photos = await request("photos");
    for (const photo of photos) {
      const card = new Card(photo.name);
      card.show(photo);
      list.append(card.element);
      if (photo.state === "queued") waiting.set(photo.id, card);
    }
    empty.hidden = list.childElementCount > 0;
    poll();
  } catch (error) {
    complain(error.message);
  }
}

input.addEventListener("change", () => {
  const files = [...input.files];
  input.value = ""; // so that the same file can be chosen again
  uploadAll(files);
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("dragover", () => form.classList.add("over"));
for (const type of ["dragover", "drop"]) {
  document.addEventListener(type, (event) => event.preventDefault()); // beside the form a file would replace the page
}
form.addEventListener("dragleave", () => form.classList.remove("over"));
form.addEventListener("drop", (event) => {
  form.classList.remove("over");
  uploadAll([...event.dataTransfer.files]);
});
const earlier = showEarlier();
