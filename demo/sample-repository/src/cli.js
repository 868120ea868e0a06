#!/usr/bin/env node
import { drawBoard } from './board.js';
import { greet } from './greet.js';
import { readVisitors } from './visitors.js';

const visitors = await readVisitors();
const lines = visitors.map((visitor) => greet(visitor.name));

process.stdout.write(`${drawBoard(lines)}\n`);
