"use strict";

const PAPER = 448; // pixels a side, of what is drawn
const PEN = 24;
const LARGEST = 1024; // a photo is made smaller before it is sent; the model looks at 256 pixels
const PAUSE = 400; // milliseconds after a stroke, in which the next one may come
const SHOWN = 5;

const at = (id) => document.getElementById(id);
const paper = at("paper");
const ink = paper.getContext("2d");
let about = { labels: [], kept_in: null, seconds: 30 };
let isPhoto = false;
let timer = 0;
let asking = null; // what stops the request that is being answered
let read = null; // the photo that was read, in base64, and the letter

function clear() {
  clearTimeout(timer);
  asking?.abort();
  isPhoto = false;
  read = null;
  paper.width = paper.height = PAPER;
  ink.fillStyle = "white";
  ink.fillRect(0, 0, PAPER, PAPER);
  ink.lineWidth = PEN;
  ink.lineCap = ink.lineJoin = "round";
  ink.strokeStyle = "#202030";
  at("answer").hidden = at("teach").hidden = true;
  say("Nothing yet.");
}

function say(text, isBad = false) {
  at("status").textContent = text;
  at("status").classList.toggle("bad", isBad);
}

function place(event) {
  const box = paper.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * paper.width, ((event.clientY - box.top) / box.height) * paper.height];
}

function draw(event) {
  if (event.type === "pointerdown") {
    if (event.button !== 0) return;
    if (isPhoto) clear();
    paper.setPointerCapture(event.pointerId);
    ink.beginPath();
    ink.moveTo(...place(event));
  } else if (!paper.hasPointerCapture(event.pointerId)) return;
  clearTimeout(timer);
  for (const each of event.getCoalescedEvents?.() ?? []) ink.lineTo(...place(each));
  ink.lineTo(...place(event)); // to where it is: a dot
  ink.stroke();
}

function lift(event) {
  if (!paper.hasPointerCapture(event.pointerId)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

async function take(file) {
  if (!file) return;
  clear();
  let photo;
  try {
    photo = await createImageBitmap(file);
  } catch {
    return say(`${file.name || "What was pasted"}: cannot be read as a picture; give a PNG or a JPEG.`, true);
  }
  const scale = Math.min(1, LARGEST / Math.max(photo.width, photo.height));
  isPhoto = true;
  paper.width = Math.max(1, Math.round(photo.width * scale));
  paper.height = Math.max(1, Math.round(photo.height * scale));
  ink.imageSmoothingQuality = "high";
  ink.drawImage(photo, 0, 0, paper.width, paper.height);
  ask();
}

async function post(address, content, stop) {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body: JSON.stringify(content), signal: stop });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(error.name === "TimeoutError" ? "The server takes too long; try again." : "The server cannot be reached.");
  }
  const told = await answer.json().catch(() => ({ error: `The server answered ${answer.status}.` }));
  if (!answer.ok) throw new Error(told.error);
  return told;
}

async function ask() {
  asking?.abort();
  const mine = (asking = new AbortController());
  const late = setTimeout(() => mine.abort(new DOMException("", "TimeoutError")), (about.seconds + 5) * 1000);
  read = null;
  at("teach").hidden = true;
  say("Reading ...");
  try {
    const b64 = paper.toDataURL("image/png").split(",")[1];
    const predict = (signature_name) =>
      post("/v1/models/letters:predict", { signature_name, instances: [{ b64 }] }, mine.signal);
    const [letters, crops] = await Promise.all([predict("serving_default"), predict("transform_features").catch(() => null)]);
    if (mine !== asking) return;
    show(letters.predictions[0], crops?.predictions[0]);
    read = { b64, letter: letters.predictions[0].letter };
    teach();
  } catch (error) {
    if (mine !== asking || error.name === "AbortError") return;
    at("answer").hidden = true;
    say(error.message, true);
  } finally {
    clearTimeout(late);
  }
}

function show(answer, crop) {
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const ranked = answer.probabilities.map((share, index) => [share, about.labels[index] ?? `${index + 1}`]);
  ranked.sort((one, other) => other[0] - one[0]);
  at("bars").replaceChildren(...(answer.letter ? ranked.slice(0, SHOWN) : []).map(([share, letter]) => {
    const row = document.createElement("li");
    const [name, track, bar, number] = ["span", "i", "b", "span"].map((kind) => document.createElement(kind));
    name.textContent = letter;
    name.lang = "ru";
    track.ariaHidden = "true";
    bar.style.width = `${100 * share}%`;
    number.textContent = percent(share);
    track.append(bar);
    row.append(name, track, number);
    return row;
  }));
  at("letter").textContent = answer.letter || "–";
  at("crop").parentElement.hidden = !crop;
  if (crop) {
    const pixels = crop.flat().flatMap((pixel) => [...pixel.map((value) => Math.round(255 * value)), 255]);
    at("crop").getContext("2d").putImageData(new ImageData(Uint8ClampedArray.from(pixels), crop[0].length), 0, 0);
  }
  at("answer").hidden = false;
  say(answer.letter ? `${answer.letter}, ${percent(answer.probability)}` : "No letter is found in it.");
}

function teach() {
  if (!about.kept_in) return;
  at("teach").hidden = false;
  at("right").disabled = !read.letter;
  at("really").value = read.letter || about.labels[0];
  at("kept").textContent = "";
}

async function keep(letter) {
  const { b64 } = read;
  const told = (text, isBad) => {
    at("kept").textContent = text;
    at("kept").classList.toggle("bad", isBad);
  };
  told("Keeping ...", false);
  try {
    const { photos } = await post("/corrections", { photo: { b64 }, letter, writer: at("writer").value.trim() });
    told(`Kept as ${letter}; ${photos} in all.`, false);
  } catch (error) {
    told(error.message, true);
  }
}

async function start() {
  clear();
  for (const kind of ["pointerdown", "pointermove"]) paper.addEventListener(kind, draw);
  for (const kind of ["pointerup", "pointercancel"]) paper.addEventListener(kind, lift);
  at("clear").addEventListener("click", clear);
  at("file").addEventListener("change", (event) => {
    take(event.target.files[0]);
    event.target.value = ""; // the same file may be chosen again
  });
  document.addEventListener("paste", (event) => take([...event.clipboardData.files][0]));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    paper.classList.add("over");
  });
  document.addEventListener("dragleave", () => paper.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    paper.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  at("right").addEventListener("click", () => keep(read.letter));
  at("teach").addEventListener("submit", (event) => {
    event.preventDefault();
    keep(at("really").value);
  });
  about = await (await fetch("/about")).json();
  at("folder").textContent = about.kept_in ?? "";
  at("really").replaceChildren(...about.labels.map((letter) => new Option(letter, letter)));
}

start().catch(() => say("The server cannot be reached.", true));
