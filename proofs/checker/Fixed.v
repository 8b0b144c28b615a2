(** * Certificates that an explicit network realises K_n, for one n

    A certificate of levels, Levels.v, is about a chain of networks; here a network is given weight
    for weight.  [chained c n] multiplies out the chain of n steps over Q, and [check_fixed c n N]
    computes whether the certificate proves its claim and [N] is that chain.

    [fixed_chain]: then the real network of [N] is [unroll c n], every weight the same.
    [fixed_sound]: so its output is >= 0 exactly on K_n, on all of R^d.  [fixed_sound_cube]: the
    same with the K of Prefractal.v.  [fixed_size]: its shape, depth and width. *)

From Coq Require Import QArith Reals List Lra.
From Exactnet Require Import Network Prefractal Vectors.
From Exactnet.Checker Require Import Farkas Trees Systems Levels.
Import ListNotations.
Open Scope R_scope.

(** ** Chains over Q, and the check *)

(** [B] after [A]: the last layer of A is multiplied into the next layer. *)
Definition chain_rational (A B : network) : network :=
  match hidden_layers B with
  | [] => Network (hidden_layers A) (after (last_layer B) (last_layer A))
  | l :: rest => Network (hidden_layers A ++ after l (last_layer A) :: rest) (last_layer B)
  end.

Fixpoint chain_steps_rational (prepare step : network) (n : nat) : network :=
  match n with
  | O => prepare
  | S m => chain_rational (chain_steps_rational prepare step m) step
  end.

Definition chained (c : certificate) (n : nat) : network :=
  chain_rational (chain_steps_rational (Network [] (prepare c)) (step c) n) (finish c).

Fixpoint same_layers (ls ls' : list qlayer) : bool :=
  match ls, ls' with
  | [], [] => true
  | l :: rest, l' :: rest' => if same_layer l l' then same_layers rest rest' else false
  | _, _ => false
  end.

Definition same_network (N N' : network) : bool :=
  if same_layers (hidden_layers N) (hidden_layers N')
  then same_layer (last_layer N) (last_layer N') else false.

Definition check_fixed (c : certificate) (n : nat) (N : network) : bool :=
  if network_fits (dimension (system_of c)) 1 N then
    if same_network (chained c n) N then check_levels c else false
  else false.

(** ** Layers that are the same functions have the same weights *)

Lemma weights_equal v w :
  length v = length w -> (forall x, length x = length v -> dot v x = dot w x) -> v = w.
Proof.
  revert w. induction v as [| a v IH]; intros [| b w] Hl H; try discriminate; [reflexivity |].
  injection Hl as Hl. f_equal.
  - specialize (H (1 :: repeat 0 (length v))). cbn [dot length] in H.
    rewrite repeat_length, !dot_zeros_r in H. specialize (H eq_refl). lra.
  - apply IH; [assumption |]. intros x Hx. specialize (H (0 :: x)). cbn [dot length] in H.
    rewrite Hx in H. specialize (H eq_refl). lra.
Qed.

Lemma units_equal n u u' :
  length (weights u) = n -> length (weights u') = n ->
  (forall x, length x = n -> pre u x = pre u' x) -> u = u'.
Proof.
  destruct u as [v a], u' as [w b]. unfold pre. cbn [weights bias]. intros Hv Hw H.
  assert (E : a = b).
  { specialize (H (repeat 0 n) (repeat_length _ _)). rewrite !dot_zeros_r in H. lra. }
  rewrite E in *. f_equal. apply weights_equal; [congruence |]. rewrite Hv. intros x Hx.
  specialize (H x Hx). lra.
Qed.

Lemma same_length n l l' :
  (forall x, length x = n -> affine l x = affine l' x) -> length l = length l'.
Proof.
  intros H. rewrite <- (affine_length l (repeat 0 n)), H by apply repeat_length.
  apply affine_length.
Qed.

Lemma layer_equal n l l' :
  layer_shaped n l -> layer_shaped n l' ->
  (forall x, length x = n -> affine l x = affine l' x) -> l = l'.
Proof.
  intros Hl. revert l'. induction Hl as [| u l Hu _ IH]; intros l' Hl' H;
    pose proof (same_length n _ _ H) as E; destruct l' as [| u' l']; try discriminate;
    [reflexivity |].
  apply Forall_cons_iff in Hl'. destruct Hl' as [Hu' Hl']. f_equal.
  - apply (units_equal n); trivial. intros x Hx. specialize (H x Hx). now injection H.
  - apply IH; trivial. intros x Hx. specialize (H x Hx). now injection H.
Qed.

(** ** Networks whose layers are the same functions *)

Fixpoint alike (n : nat) (ls : list layer) (last : layer) (ls' : list layer) (last' : layer)
  : Prop :=
  match ls, ls' with
  | [], [] => forall x, length x = n -> affine last x = affine last' x
  | l :: rest, l' :: rest' =>
      (forall x, length x = n -> affine l x = affine l' x) /\
      alike (length l) rest last rest' last'
  | _, _ => False
  end.

Definition alike_nets (n : nat) (A B : net) : Prop :=
  alike n (layers A) (readout A) (layers B) (readout B).

Lemma alike_refl n ls last : alike n ls last ls last.
Proof. revert n. induction ls as [| l ls IH]; intros n; [now intros x |]. split; auto. Qed.

Lemma alike_trans n A B C : alike_nets n A B -> alike_nets n B C -> alike_nets n A C.
Proof.
  unfold alike_nets. destruct A as [ls last], B as [ls' last'], C as [ls'' last''].
  cbn [layers readout]. revert n ls' ls''.
  induction ls as [| l ls IH]; intros n [| l' ls'] [| l'' ls'']; cbn [alike]; try tauto.
  - intros H H' x Hx. now rewrite H, H'.
  - intros [Hl H] [Hl' H']. split.
    + intros x Hx. now rewrite Hl, Hl'.
    + apply (IH _ ls'); [assumption |]. now rewrite (same_length n l l').
Qed.

Lemma alike_equal n k A B : shaped n k A -> shaped n k B -> alike_nets n A B -> A = B.
Proof.
  intros [HA _] [HB _]. unfold alike_nets. destruct A as [ls last], B as [ls' last'].
  cbn [layers readout] in *. revert n ls' HA HB.
  induction ls as [| l ls IH]; intros n [| l' ls']; cbn [layers_shaped alike]; try tauto.
  - intros HA HB H. f_equal. now apply (layer_equal n).
  - intros [Hl HA] [Hl' HB] [E H]. assert (El := layer_equal n l l' Hl Hl' E). subst l'.
    specialize (IH _ ls' HA HB H). injection IH as -> ->. reflexivity.
Qed.

Lemma same_network_alike n N N' :
  same_network N N' = true -> alike_nets n (real_net N) (real_net N').
Proof.
  unfold same_network, alike_nets. destruct N as [ls last], N' as [ls' last'].
  cbn [hidden_layers last_layer real_net layers readout].
  destruct (same_layers ls ls') eqn:E; [| discriminate]. intros H. revert n ls' E.
  induction ls as [| l ls IH]; intros n [| l' ls'] E; try discriminate; cbn [map alike].
  - intros x _. now apply same_layer_sound.
  - cbn [same_layers] in E. destruct (same_layer l l') eqn:El; [| discriminate].
    split; [| now apply IH]. intros x _. now apply same_layer_sound.
Qed.

(** ** The chain over Q is the chain *)

(** Multiplying the last layer into another. *)
Lemma alike_last n ls last ls' last' o :
  layers_shaped n ls last -> alike n ls last ls' (real_layer last') ->
  alike n ls (compose (last_width n ls) (real_layer o) last) ls' (real_layer (after o last')).
Proof.
  revert n ls'. induction ls as [| l ls IH]; intros n [| l' ls']; cbn [alike last_width]; try tauto.
  - intros Hs H x Hx. now rewrite affine_compose, affine_after, H.
  - intros [_ Hs] [Hl H]. split; [assumption |]. now apply IH.
Qed.

(** Layers after the last one. *)
Lemma alike_app n ls l ls' l' rest last :
  alike n ls l ls' l' -> alike n (ls ++ l :: rest) last (ls' ++ l' :: rest) last.
Proof.
  revert n ls'. induction ls as [| h ls IH]; intros n [| h' ls']; cbn [alike app]; try tauto.
  - intros H. split; [assumption | apply alike_refl].
  - intros [Hh H]. split; [assumption | now apply IH].
Qed.

Lemma chain_alike d m A A' B :
  shaped d m A -> alike_nets d A (real_net A') ->
  alike_nets d (chain d A (real_net B)) (real_net (chain_rational A' B)).
Proof.
  intros [HA _] H. unfold alike_nets, chain, chain_rational in *.
  destruct B as [[| l rest] last]; cbn [hidden_layers last_layer real_net layers readout map] in *.
  - now apply alike_last.
  - rewrite map_app. apply alike_app. now apply alike_last.
Qed.

Lemma chain_steps_alike d m prep stp n :
  shaped d m (real_net prep) -> shaped m m (real_net stp) ->
  alike_nets d (chain_steps d (real_net prep) (real_net stp) n)
    (real_net (chain_steps_rational prep stp n)).
Proof.
  intros Hp Hs. induction n as [| n IH]; [apply alike_refl |].
  cbn [chain_steps chain_steps_rational]. apply (chain_alike d m); [| assumption].
  now apply (chain_steps_correct d m _ _ n (repeat 0 d) Hp Hs), repeat_length.
Qed.

Lemma chained_alike c n :
  check_levels c = true ->
  alike_nets (dimension (system_of c)) (unroll c n) (real_net (chained c n)).
Proof.
  intros H. destruct (check_levels_shapes c H) as (_ & Hp & Hs & _).
  unfold unroll, chained. apply (chain_alike _ (state_dimension c)).
  - now apply (chain_steps_correct _ _ _ _ n (repeat 0 (dimension (system_of c))) Hp Hs),
      repeat_length.
  - exact (chain_steps_alike _ _ (Network [] (prepare c)) (step c) n Hp Hs).
Qed.

(** ** Soundness *)

Lemma check_fixed_parts c n N :
  check_fixed c n N = true ->
  check_levels c = true /\ network_fits (dimension (system_of c)) 1 N = true /\
  same_network (chained c n) N = true.
Proof.
  unfold check_fixed. destruct (network_fits _ _ _); [| discriminate].
  destruct (same_network _ _); [| discriminate]. tauto.
Qed.

(** The network is the chain of prepare, n times step, and finish, weight for weight. *)
Theorem fixed_chain (c : certificate) (n : nat) (N : network) :
  check_fixed c n N = true -> real_net N = unroll c n.
Proof.
  intros H. apply check_fixed_parts in H. destruct H as (Hc & Hfit & Hsame). symmetry.
  apply (alike_equal (dimension (system_of c)) 1).
  - now apply (levels_size c Hc n).
  - now apply network_fits_sound.
  - apply (alike_trans _ _ (real_net (chained c n))).
    + now apply chained_alike.
    + now apply same_network_alike.
Qed.

(** The network is exact, on all of R^d. *)
Theorem fixed_sound (c : certificate) (n : nat) (N : network) :
  check_fixed c n N = true ->
  forall x, length x = dimension (system_of c) ->
    (0 <= output (real_net N) x
     <-> prefractal (base (system_of c)) (real_maps (system_of c)) n x).
Proof.
  intros H. rewrite (fixed_chain c n N H). apply levels_sound. now apply check_fixed_parts in H.
Qed.

(** The same where the base is the cube, with the K_n of Prefractal.v. *)
Corollary fixed_sound_cube (c : certificate) (n : nat) (N : network) (d : nat) :
  base (system_of c) = cube_sides d -> check_fixed c n N = true ->
  forall x, length x = d ->
    (0 <= output (real_net N) x <-> K d (real_maps (system_of c)) n x).
Proof.
  intros Hb H. rewrite (fixed_chain c n N H). apply levels_sound_cube; [assumption |].
  now apply check_fixed_parts in H.
Qed.

Theorem fixed_size (c : certificate) (n : nat) (N : network) :
  check_fixed c n N = true ->
  shaped (dimension (system_of c)) 1 (real_net N) /\
  depth (real_net N) = hidden_depth N /\
  width (real_net N) = hidden_width N.
Proof.
  intros H. apply check_fixed_parts in H. destruct H as (_ & Hfit & _).
  split; [now apply network_fits_sound |]. split; [apply map_length | apply real_width].
Qed.
