const pixels = 256;

/**
 * The middle of a picture as a small square, in base64; `null` for what the browser cannot draw. It is drawn anew, so what the
 * file says of the place and the camera stays here.
 */
export async function squareOf(file: Blob): Promise<string | null> {
  const image = await createImageBitmap(file).catch(() => null);
  if (image === null) return null;
  const canvas = document.createElement("canvas");
  canvas.width = pixels;
  canvas.height = pixels;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  const side = Math.min(image.width, image.height);
  // Behind what is transparent: every browser writes JPEG, and that has no holes.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, pixels, pixels);
  context.imageSmoothingQuality = "high";
  const [left, top] = [(image.width - side) / 2, (image.height - side) / 2];
  context.drawImage(image, left, top, side, side, 0, 0, pixels, pixels);
  image.close();
  return canvas.toDataURL("image/jpeg", 0.85).split(",")[1] ?? null;
}
