import { Group, Text } from "@mantine/core";
import { Mark } from "./Mark";

/** The name of the product is a name: it is the same in every language. */
const productName = "Holdfast";

export function Wordmark({ size = 24 }: { size?: number }) {
  return (
    <Group gap={size * 0.36} wrap="nowrap">
      <Mark size={size} />
      <Text component="span" fz={size * 0.72} fw={640} lts="-0.02em" c="var(--mantine-color-text)">
        {productName}
      </Text>
    </Group>
  );
}
