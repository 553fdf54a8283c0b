//! Stop and wait, with packet types of its own.
use std::collections::VecDeque;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PacketKind {
    Data,
    Ack,
}

pub struct Packet {
    pub kind: PacketKind,
    pub seq: u64,
    pub payload: Vec<u8>,
}

pub struct Sender {
    waiting: VecDeque<Vec<u8>>,
    seq: u64,
}

impl Sender {
    pub fn new() -> Self {
        Sender { waiting: VecDeque::new(), seq: 0 }
    }

    fn current(&self) -> Vec<Packet> {
        self.waiting
            .front()
            .map(|first| Packet { kind: PacketKind::Data, seq: self.seq, payload: first.clone() })
            .into_iter()
            .collect()
    }

    pub fn send(&mut self, msg: Vec<u8>) -> Vec<Packet> {
        self.waiting.push_back(msg);
        if self.waiting.len() == 1 { self.current() } else { Vec::new() }
    }

    pub fn on_packet(&mut self, packet: Packet) -> Vec<Packet> {
        if packet.kind != PacketKind::Ack || packet.seq != self.seq || self.waiting.is_empty() {
            return Vec::new();
        }
        self.waiting.pop_front();
        self.seq += 1;
        self.current()
    }

    pub fn on_timeout(&mut self) -> Vec<Packet> {
        self.current()
    }

    pub fn idle(&self) -> bool {
        self.waiting.is_empty()
    }
}

pub struct Receiver {
    got: Vec<Vec<u8>>,
}

impl Receiver {
    pub fn new() -> Self {
        Receiver { got: Vec::new() }
    }

    pub fn on_packet(&mut self, packet: Packet) -> Vec<Packet> {
        let next = self.got.len() as u64;
        if packet.kind != PacketKind::Data || packet.seq > next {
            return Vec::new();
        }
        if packet.seq == next {
            self.got.push(packet.payload);
        }
        vec![Packet { kind: PacketKind::Ack, seq: packet.seq, payload: Vec::new() }]
    }

    pub fn delivered(&self) -> Vec<Vec<u8>> {
        self.got.clone()
    }
}
